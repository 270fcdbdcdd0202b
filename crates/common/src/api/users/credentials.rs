//! What people send to sign up or in.

use email_address::{EmailAddress, Options};

use crate::api::{FieldError, Fields};

/// An address and a password, valid for what they were read for.
#[derive(Clone)]
pub struct Credentials {
    /// Trimmed and in lower case.
    pub email: String,
    /// Trimmed.
    pub password: String,
}

impl Credentials {
    /// Reads the body of a sign-up.
    pub fn for_signup(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        Self::read(fields, |password| {
            let valid = (4..=30).contains(&password.chars().count());
            (!valid).then_some("Password must be between 4 and 30 characters")
        })
    }

    /// Reads the body of a sign-in.
    pub fn for_signin(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        Self::read(fields, |password| password.is_empty().then_some("You must supply a password"))
    }

    fn read(fields: &Fields, refuse: impl Fn(&str) -> Option<&'static str>) -> Result<Self, Vec<FieldError>> {
        let email = fields.text("email").unwrap_or_default().trim().to_lowercase();
        let password = fields.text("password").unwrap_or_default().trim().to_owned();
        let mut errors = Vec::new();
        if !is_email(&email) {
            errors.push(FieldError::new("email", "Email must be valid"));
        }
        errors.extend(refuse(&password).map(|message| FieldError::new("password", message)));
        if errors.is_empty() { Ok(Self { email, password }) } else { Err(errors) }
    }
}

fn is_email(text: &str) -> bool {
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, options).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signup(email: &str, password: &str) -> Result<Credentials, Vec<FieldError>> {
        let body = serde_json::json!({ "email": email, "password": password }).to_string();
        Credentials::for_signup(&Fields::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(signup(" Ada@Example.COM ", "pass").ok().unwrap().email, "ada@example.com");
    }

    #[test]
    fn both_fields_are_reported() {
        let errors = signup("ada@nowhere", " abc ").err().unwrap();
        let fields: Vec<_> = errors.iter().filter_map(|error| error.field.as_deref()).collect();
        assert_eq!(fields, ["email", "password"]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "a", "a@", "@b.co", "a b@c.de", "a@b.co\0", "Ada <a@b.co>", "a@[127.0.0.1]"] {
            assert!(signup(bad, "password").is_err(), "{bad:?}");
        }
    }
}
