//! What people send to sign up or in.

use crate::{
    api::{FieldError, Fields},
    text::{Email, Password},
};

/// An address and a password, valid for what they were read for.
#[derive(Clone, utoipa::ToSchema)]
pub struct Credentials {
    /// Typed in any of the mailbox's spellings.
    #[schema(value_type = String, max_length = 254, example = "ann@example.com")]
    pub email: Email,
    /// Typed in any of its forms.
    #[schema(value_type = String, min_length = 1, max_length = 30, format = Password, example = "correct horse")]
    pub password: Password,
}

impl Credentials {
    /// Reads the body of a sign-up.
    pub fn for_signup(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        Self::read(fields, refuse_new)
    }

    /// Reads the body of a sign-in.
    pub fn for_signin(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        Self::read(fields, |password| password.is_empty().then_some("You must supply a password"))
    }

    fn read(fields: &Fields, refuse: impl Fn(&str) -> Option<&'static str>) -> Result<Self, Vec<FieldError>> {
        let email = Email::parse(fields.text("email").unwrap_or_default());
        let password = Password::new(fields.text("password").unwrap_or_default());
        let wrong = refuse(password.as_str()).map(|message| FieldError::new("password", message));
        match (email, wrong) {
            (Some(email), None) => Ok(Self { email, password }),
            (email, wrong) => {
                let invalid = || FieldError::new("email", "Email must be valid");
                Err(email.is_none().then(invalid).into_iter().chain(wrong).collect())
            }
        }
    }
}

/// What a new password must not be.
fn refuse_new(password: &str) -> Option<&'static str> {
    if !(4..=30).contains(&password.chars().count()) {
        Some("Password must be between 4 and 30 characters")
    } else if password.contains(char::is_control) {
        Some("Password must not contain control characters")
    } else {
        None
    }
}

/// The present password and another one, valid as a new one.
#[derive(Clone, utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PasswordChange {
    /// Typed in any of its forms.
    #[schema(value_type = String, min_length = 1, format = Password, example = "correct horse")]
    pub password: Password,
    /// Typed in any of its forms.
    #[schema(value_type = String, min_length = 4, max_length = 30, format = Password, example = "battery staple")]
    pub new_password: Password,
}

impl PasswordChange {
    /// Reads the body of a change.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        let password = Password::new(fields.text("password").unwrap_or_default());
        let new_password = Password::new(fields.text("newPassword").unwrap_or_default());
        let missing = password.as_str().is_empty().then(|| FieldError::new("password", "You must supply a password"));
        let wrong = refuse_new(new_password.as_str()).map(|message| FieldError::new("newPassword", message));
        let errors: Vec<_> = missing.into_iter().chain(wrong).collect();
        if errors.is_empty() { Ok(Self { password, new_password }) } else { Err(errors) }
    }
}

/// What deleting an account takes.
#[derive(Clone, utoipa::ToSchema)]
pub struct AccountDeletion {
    /// Typed in any of its forms.
    #[schema(value_type = String, min_length = 1, format = Password, example = "correct horse")]
    pub password: Password,
    /// What `POST /api/tickets/mine/clearance` has answered.
    pub tickets: String,
    /// What `POST /api/orders/clearance` has answered.
    pub orders: String,
}

impl AccountDeletion {
    /// Reads the body of a deletion.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        let text = |field| fields.text(field).unwrap_or_default().to_owned();
        let password = Password::new(&text("password"));
        if password.as_str().is_empty() {
            return Err(vec![FieldError::new("password", "You must supply a password")]);
        }
        Ok(Self { password, tickets: text("tickets"), orders: text("orders") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signup(email: &str, password: &str) -> Result<Credentials, Vec<FieldError>> {
        let body = serde_json::json!({ "email": email, "password": password }).to_string();
        Credentials::for_signup(&Fields::parse(body.as_bytes()).unwrap())
    }

    fn refused(email: &str, password: &str) -> Vec<String> {
        signup(email, password).err().unwrap().into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(signup(" Ada@Example.COM ", "pass").ok().unwrap().email.as_str(), "ada@example.com");
    }

    #[test]
    fn a_change_has_the_present_password_and_a_valid_new_one() {
        let parse = |body: &str| PasswordChange::parse(&Fields::parse(body.as_bytes()).unwrap());
        assert!(parse(r#"{"password":"x","newPassword":"battery"}"#).is_ok());
        let errors = parse(r#"{"newPassword":"abc"}"#).err().unwrap();
        let fields: Vec<_> = errors.iter().filter_map(|error| error.field.as_deref()).collect();
        assert_eq!(fields, ["password", "newPassword"]);
    }

    #[test]
    fn both_fields_are_reported() {
        let errors = signup("ada@nowhere", " abc ").err().unwrap();
        let fields: Vec<_> = errors.iter().filter_map(|error| error.field.as_deref()).collect();
        assert_eq!(fields, ["email", "password"]);
    }

    #[test]
    fn a_passwords_length_is_counted_in_its_one_form() {
        let length = "Password must be between 4 and 30 characters";
        assert!(signup("a@b.co", &"e\u{301}".repeat(30)).is_ok());
        assert_eq!(refused("a@b.co", &"e\u{301}".repeat(3)), [length]);
        assert_eq!(refused("a@b.co", &"é".repeat(31)), [length]);
        assert_eq!(refused("a@b.co", "pass\0word"), ["Password must not contain control characters"]);
    }
}
