//! Text by Unicode's rules: which characters are visible, which spellings are equal.

mod characters;
mod email;
mod password;
mod words;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointMapData, props::GeneralCategory};

pub use characters::{has_control, has_direction_control, has_visible};
pub use email::Email;
pub use password::Password;
pub use words::{FORM, index, words};

fn category(symbol: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(symbol)
}

fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}
