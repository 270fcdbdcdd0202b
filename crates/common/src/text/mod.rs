//! Text as Unicode defines it: what can be seen, and which spellings are the same.

mod characters;
mod email;
mod password;
mod words;

pub use characters::{has_control, has_direction_control, has_visible};
pub use email::Email;
pub use password::Password;
pub use words::{FORM, index, words};
