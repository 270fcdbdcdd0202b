//! Words, folded as searches compare them.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup, Script},
};

use super::{category, characters::is_ignorable};

/// The version of the folding rules, part of each title's [`index`]. A new number
/// makes tickets reindex all titles. It is not a word: no search matches it.
pub const FORM: &str = "#2";

/// The longest word, in characters: as long as a title, as one compatibility
/// character can become many.
const WORD_LIMIT: usize = 200;
/// Separates words in Thai or Khmer, though it has no glyph.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// The words by which a title is found, and their [`FORM`]. The form is one of them
/// rather than a field, so that replacing the words replaces it, in every release.
#[must_use]
pub fn index(title: &str) -> Vec<String> {
    let mut index = words(title);
    index.insert(0, FORM.to_owned());
    index
}

/// The words of a text: folded, sorted, without duplicates.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words: Vec<String> = folded
        .split(|symbol: char| !symbol.is_alphanumeric() && !is_mark(symbol) || is_apostrophe(symbol))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_LIMIT).collect())
        .collect();
    words.sort();
    words.dedup();
    words
}

/// Makes spellings equal that people consider the same in a search: letters in either
/// case, with or without accents, and compatibility characters.
fn fold(text: &str) -> String {
    let shaped = text.chars().filter(|&symbol| symbol == ZERO_WIDTH_SPACE || !is_ignorable(symbol));
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(shaped);
    let folded = without_accents(decomposed).flat_map(fold_case).fold(String::new(), push_letter);
    ComposingNormalizerBorrowed::new_nfkc().normalize(&folded).into_owned()
}

/// Removes accents and the vowel points of Arabic and Hebrew, which are optional or
/// only modify a letter. In other scripts, such as Devanagari, Thai or Hiragana, marks
/// spell the word and are kept.
fn without_accents(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut accents = true;
    text.filter(move |&symbol| {
        if is_mark(symbol) {
            return !accents || is_spacing(symbol);
        }
        let script = CodePointMapData::<Script>::new().get(symbol);
        accents = !symbol.is_alphanumeric() || has_accents(script);
        true
    })
}

fn has_accents(script: Script) -> bool {
    const SCRIPTS: [Script; 7] = [
        Script::Latin,
        Script::Greek,
        Script::Cyrillic,
        Script::Arabic,
        Script::Hebrew,
        // Digits and signs.
        Script::Common,
        Script::Inherited,
    ];
    SCRIPTS.contains(&script)
}

/// Folds case: `ẞ` and `ß` are `ss`, `ς` is `σ`, and the dotless `ı` is `i`. The
/// capital of a letter stands for all its small forms; `ẞ` has to be small first.
fn fold_case(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// Appends a letter to a text: of some Latin letters, which Unicode does not decompose,
/// the base letter, and without the Arabic tatweel, which only stretches a word.
fn push_letter(mut text: String, letter: char) -> String {
    match letter {
        'ł' => text.push('l'),
        'ø' => text.push('o'),
        'đ' | 'ð' => text.push('d'),
        'ħ' => text.push('h'),
        'ŧ' => text.push('t'),
        'æ' => text.push_str("ae"),
        'œ' => text.push_str("oe"),
        'þ' => text.push_str("th"),
        '\u{640}' => {}
        other => text.push(other),
    }
    text
}

/// Whether this is an apostrophe that Unicode classifies as a letter: keyboards have
/// the other one, which separates words.
fn is_apostrophe(symbol: char) -> bool {
    matches!(symbol, '\u{2bb}' | '\u{2bc}')
}

fn is_mark(symbol: char) -> bool {
    GeneralCategoryGroup::Mark.contains(category(symbol))
}

fn is_spacing(mark: char) -> bool {
    category(mark) == GeneralCategory::SpacingMark
}

#[cfg(test)]
mod tests {
    use icu_normalizer::DecomposingNormalizerBorrowed;

    use super::{super::nfc, *};

    fn nfd(text: &str) -> String {
        DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
    }

    #[test]
    fn titles_are_split_into_words() {
        assert_eq!(words("Rock'n'Roll – ROCK 2026 🎸"), ["2026", "n", "rock", "roll"]);
        assert_eq!(words("ليلة الموسيقى"), ["الموسيقى", "ليلة"]);
        assert_eq!(words("п’ять п\u{2bc}ять"), ["п", "ять"]);
        assert_eq!(words("ร็อค\u{200b}สด"), ["ร็อค", "สด"]);
        assert_eq!(words("👩\u{200d}👧 1\u{fe0f}\u{20e3} \u{301}"), ["1"]);
    }

    #[test]
    fn spellings_that_people_consider_the_same_are_equal() {
        for (one, other) in [
            ("Zoë", "zoe"),
            ("İSTANBUL", "istanbul"),
            ("ıstanbul", "Istanbul"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "straße"),
            ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
            ("Łódź", "lodz"),
            ("Smørrebrød", "smorrebrod"),
            ("Æther œuvre Þór", "aether oeuvre thor"),
            ("Phở", "pho"),
            ("Ёлка", "елка"),
            ("ﬁnale №1", "finale no1"),
            ("Ｊａｚｚ", "jazz"),
            ("Jazz\u{ad}fest", "jazzfest"),
            ("مُحَمَّد", "محمد"),
            ("أحمـــد", "احمد"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("שָׁלוֹם", "שלום"),
            ("ｶﾞﾗ", "ガラ"),
            ("क\u{958}", "कक\u{93c}"),
            ("क्\u{200d}ष", "क्ष"),
        ] {
            assert_eq!(words(one), words(other), "{one} {other}");
        }
    }

    #[test]
    fn marks_that_spell_a_word_are_kept() {
        for (one, other) in [("हिन्दी", "हनद"), ("ไม่", "ไม"), ("ガラ", "カラ"), ("கா", "க"), ("각", "가")]
        {
            assert_ne!(words(one), words(other), "{one} {other}");
            assert_eq!(words(one).len(), 1, "{one} is one word");
        }
    }

    /// Searches compare prefixes.
    #[test]
    fn a_prefix_of_a_word_is_a_prefix_of_its_folded_form() {
        for (word, beginning) in
            [("서울", "서"), ("हिन्दी", "हिन्"), ("コンサート", "コン"), ("Ǆungla", "dž"), ("เพลง", "เพ"), ("Zoë", "ZOË")]
        {
            assert!(words(word)[0].starts_with(&words(beginning)[0]), "{word} {beginning}");
        }
    }

    #[test]
    fn every_character_is_found_in_either_normal_form_and_case() {
        // The eleven thousand Hangul syllables are alike: the first hundred are enough.
        let many = '\u{ac64}'..='\u{d7a3}';
        let varies = |symbol: &char| {
            let alone = symbol.to_string();
            nfd(&alone) != alone
                || symbol.to_lowercase().to_string() != alone
                || symbol.to_uppercase().to_string() != alone
        };
        for symbol in ('\0'..=char::MAX).filter(|symbol| !many.contains(symbol)).filter(varies) {
            let text = format!("a{symbol}\u{301}b");
            let found = words(&text);
            assert_eq!(words(&nfd(&text)), found, "{}", symbol.escape_unicode());
            assert_eq!(words(&nfc(&text)), found, "{}", symbol.escape_unicode());
            assert_eq!(words(&found.join(" ")), found, "{}", symbol.escape_unicode());
            // The Greek iota subscript is removed like an accent; its capital is a letter.
            let iota_below = nfd(&text).contains('\u{345}');
            let cases = [symbol.to_lowercase().collect::<String>(), symbol.to_uppercase().collect()];
            for case in cases.into_iter().filter(|_| !iota_below) {
                assert_eq!(words(&format!("a{case}\u{301}b")), found, "{}", symbol.escape_unicode());
            }
        }
    }

    #[test]
    fn no_word_is_longer_than_a_title() {
        let word = words(&"\u{fdfa}".repeat(200)).concat();
        assert!(word.chars().count() <= 4 * WORD_LIMIT, "{word}");
        assert_eq!(words(&"x".repeat(40_000)), ["x".repeat(WORD_LIMIT)]);
    }

    #[test]
    fn no_search_matches_the_form() {
        assert_eq!(index("Gala 2"), [FORM, "2", "gala"]);
        assert_eq!(words(FORM), ["2"]);
    }
}
