//! Which characters are visible, and which change the text around them.

use icu_properties::{
    CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategoryGroup},
};

use super::category;

/// Letters and symbols without a glyph that Unicode does not classify as spaces: the
/// blank Braille pattern, the object replacement character, two blank hieroglyphs and
/// the null notehead.
const BLANK: [char; 5] = ['\u{2800}', '\u{fffc}', '\u{13441}', '\u{13442}', '\u{1d159}'];

/// Whether a text has a visible character: not only spaces, control and format
/// characters, fillers, and marks without a base letter.
#[must_use]
pub fn has_visible(text: &str) -> bool {
    text.chars().any(is_visible)
}

fn is_visible(symbol: char) -> bool {
    let invisible = GeneralCategoryGroup::Mark
        .union(GeneralCategoryGroup::Separator)
        .union(GeneralCategoryGroup::Control)
        .union(GeneralCategoryGroup::Format);
    !invisible.contains(category(symbol)) && !is_ignorable(symbol) && !BLANK.contains(&symbol)
}

/// Whether a character has no glyph of its own, as joiners, variation selectors and
/// tags.
pub(super) fn is_ignorable(symbol: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(symbol)
}

/// Whether there are control characters, line and paragraph separators included.
#[must_use]
pub fn has_control(text: &str) -> bool {
    text.chars().any(|symbol| symbol.is_control() || matches!(symbol, '\u{2028}' | '\u{2029}'))
}

/// Whether there are embeddings, overrides or isolates: they reorder the text that
/// follows. Direction marks (U+200E, U+200F, U+061C) do not.
#[must_use]
pub fn has_direction_control(text: &str) -> bool {
    text.contains(|symbol| matches!(symbol, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_without_a_glyph_are_not_visible() {
        let tags = "\u{e0001}\u{e0067}\u{e007f}";
        let fillers = "\u{115f}\u{1160}\u{3164}\u{ffa0}";
        for nothing in [
            "",
            " \t\n\u{a0}\u{3000}",
            "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}",
            "\u{ad}\u{34f}\u{61c}\u{180e}\u{200e}\u{200f}",
            "\u{2061}\u{2064}\u{206a}\u{fff9}\u{fffb}",
            fillers,
            "\u{2800}\u{2800}",
            "\u{301}\u{20dd}\u{93e}",
            "\u{fe0e}\u{fe0f}\u{e0100}",
            tags,
            "\0\u{7f}\u{85}",
            "\u{13441}\u{1d159}\u{fffc}",
        ] {
            assert!(!has_visible(nothing), "{}", nothing.escape_unicode());
            assert!(has_visible(&format!("{nothing}a")));
        }
    }

    #[test]
    fn letters_digits_signs_and_emoji_are_visible() {
        for text in ["a", "7", "¿", "é", "ไม่", "ㅎ", "ة", "‽", "🎟", "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "⠁", "\u{e000}"]
        {
            assert!(has_visible(text), "{text}");
        }
    }

    #[test]
    fn direction_controls_are_those_that_reorder_text() {
        for control in ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert!(has_direction_control(&format!("a{control}b")), "{}", control.escape_unicode());
        }
        assert!(!has_direction_control("שלום\u{200f}!\u{200e}\u{61c} \u{200d}\u{200c}\u{2060}"));
    }
}
