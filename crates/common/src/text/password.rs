//! Passwords, in one form however a keyboard composes them.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup},
};

/// A password as it was typed.
#[derive(Clone)]
pub struct Password {
    forms: Vec<String>,
}

impl Password {
    /// Reads a password, without the spaces around it.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let typed = typed.trim();
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(typed).into_owned();
        let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(typed).into_owned();
        let mut forms = vec![canonical(typed)];
        for form in [typed.to_owned(), composed, decomposed] {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        Self { forms }
    }

    /// The form that is hashed: as RFC 8265 prepares opaque strings
    /// (<https://www.rfc-editor.org/rfc/rfc8265#section-4.2>), in NFC and with
    /// plain spaces. Case stays.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.forms[0]
    }

    /// What a hash may have been made of: first the canonical form, then what
    /// earlier releases have hashed, which was what a keyboard sent. Of plain
    /// letters and digits there is one form.
    #[must_use]
    pub fn forms(&self) -> &[String] {
        &self.forms
    }
}

fn canonical(typed: &str) -> String {
    let space =
        |symbol| GeneralCategoryGroup::SpaceSeparator.contains(CodePointMapData::<GeneralCategory>::new().get(symbol));
    let spaced: String = typed.chars().map(|symbol| if space(symbol) { ' ' } else { symbol }).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&spaced).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_same_in_either_normal_form_and_with_any_space() {
        for (one, other) in [
            ("pässword", "pa\u{308}ssword"),
            ("open sesame", "open\u{a0}sesame"),
            ("a b", "a\u{3000}b"),
            ("x y ", " x y"),
        ] {
            assert_eq!(Password::new(one).canonical(), Password::new(other).canonical());
        }
        for (one, other) in [("Password", "password"), ("ﬁne", "fine"), ("ẛ̣", "ṩ"), ("a  b", "a b")] {
            assert_ne!(Password::new(one).canonical(), Password::new(other).canonical());
        }
    }

    #[test]
    fn what_either_keyboard_has_sent_is_among_the_forms() {
        let (composed, decomposed) = ("\u{e9}t\u{e9}\u{a0}1", "e\u{301}te\u{301}\u{a0}1");
        for typed in [composed, decomposed, "\u{e9}te\u{301}\u{a0}1"] {
            let password = Password::new(typed);
            assert_eq!(password.forms()[0], "\u{e9}t\u{e9} 1");
            for form in [typed, composed, decomposed] {
                assert!(password.forms().iter().any(|it| it == form), "{form}");
            }
        }
        assert_eq!(Password::new(" open sesame ").forms(), ["open sesame"]);
    }
}
