//! E-mail addresses: one mailbox has several spellings, one of them canonical.

use std::fmt;

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::{characters::is_ignorable, nfc, nfd};

/// The limit in bytes (<https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.1>).
const LONGEST_LOCAL_PART: usize = 64;
/// The most labels of a domain for which all mixtures of letters and ASCII are tried.
const MIXED_LABELS: usize = 3;

/// A valid address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// As it was typed, in lower case.
    typed: Address,
    /// The canonical form.
    canonical: Address,
    /// The domain in ASCII, as in DNS.
    ascii_domain: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    local: String,
    domain: String,
}

impl Email {
    /// Parses an address, without surrounding spaces; `None` if it is invalid.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let (local, domain) = lower.rsplit_once('@')?;
        let (unicode_domain, ascii_domain) = domain_forms(domain)?;
        let canonical = Address { local: nfc(&nfc(local).to_lowercase()), domain: unicode_domain };
        let typed = Address { local: local.to_owned(), domain: domain.to_owned() };
        is_address(&canonical.local, &ascii_domain).then_some(Self { typed, canonical, ascii_domain })
    }

    /// The form that is stored and shown: in lower case and NFC, with the domain in
    /// letters rather than as `xn--…`.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.canonical.to_string()
    }

    /// All spellings under which this mailbox may be stored, as earlier releases stored
    /// what was typed: first the same, then the canonical, then the others. An address
    /// in ASCII has one.
    #[must_use]
    pub fn spellings(&self) -> Vec<String> {
        let Address { local, domain } = &self.canonical;
        let locals = [&self.typed.local, local, &nfd(local)];
        let mut domains = vec![self.typed.domain.clone(), domain.clone(), nfd(domain), self.ascii_domain.clone()];
        domains.extend(mixed(domain, &self.ascii_domain));
        let all = locals.iter().flat_map(|local| domains.iter().map(move |domain| format!("{local}@{domain}")));
        let mut spellings = Vec::new();
        for spelling in [self.typed.to_string(), self.canonical()].into_iter().chain(all) {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        spellings
    }

    /// Whether a new account may have it: it has no invisible characters, and a domain
    /// that a mail server can have. Earlier releases accepted others.
    #[must_use]
    pub fn suits_a_new_account(&self) -> bool {
        let invisible = |symbol: char| {
            !symbol.is_ascii() && (symbol.is_whitespace() || symbol.is_control() || is_ignorable(symbol))
        };
        let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        !self.canonical.local.contains(invisible) && self.ascii_domain.bytes().all(host)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// A domain in letters and in ASCII (<https://www.unicode.org/reports/tr46/>).
fn domain_forms(domain: &str) -> Option<(String, String)> {
    let (uts46, any) = (Uts46::new(), AsciiDenyList::EMPTY);
    let ascii = uts46.to_ascii(domain.as_bytes(), any, Hyphens::Allow, DnsLength::Verify).ok()?;
    let (unicode, outcome) = uts46.to_unicode(domain.as_bytes(), any, Hyphens::Allow);
    outcome.ok().map(|()| (unicode.into_owned(), ascii.into_owned()))
}

/// The domain with some labels in letters and the others in ASCII; empty if there are
/// too many ways.
fn mixed(unicode: &str, ascii: &str) -> Vec<String> {
    let labels: Vec<_> = unicode.split('.').zip(ascii.split('.')).collect();
    let several = labels.iter().filter(|(letters, ascii)| letters != ascii).count();
    if !(2..=MIXED_LABELS).contains(&several) {
        return Vec::new();
    }
    labels.iter().fold(vec![String::new()], |domains, (letters, ascii)| {
        let forms = if letters == ascii { vec![letters] } else { vec![letters, ascii] };
        let dot = if domains[0].is_empty() { "" } else { "." };
        domains.iter().flat_map(|domain| forms.iter().map(move |form| format!("{domain}{dot}{form}"))).collect()
    })
}

/// Whether this is the address of a mailbox on a host below a top-level domain. The
/// parser accepts few letters beyond ASCII, where RFC 6531 accepts all, so each is
/// replaced by an `x`.
fn is_address(local: &str, ascii_domain: &str) -> bool {
    let skeleton: String = local.chars().map(|symbol| if symbol.is_ascii() { symbol } else { 'x' }).collect();
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    local.len() <= LONGEST_LOCAL_PART
        && EmailAddress::parse_with_options(&format!("{skeleton}@{ascii_domain}"), options).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        Email::parse(text).unwrap_or_else(|| panic!("{text} is valid")).canonical()
    }

    #[test]
    fn every_spelling_of_a_mailbox_has_the_same_canonical_form() {
        for (form, spellings) in [
            ("ada@example.com", vec![" Ada@Example.COM ", "ada@ｅｘａｍｐｌｅ。com", "ada@exam\u{ad}ple.com"]),
            (
                "ada@bücher.example",
                vec!["ADA@BÜCHER.example", "ada@xn--bcher-kva.example", "ada@bu\u{308}cher.example"],
            ),
            ("zoë@straße.de", vec!["zoe\u{308}@xn--strae-oqa.de", "ZOË@STRAẞE.de"]),
            ("अदा@हिन्दी.भारत", vec!["अदा@xn--j2bd4cyah0f.xn--h2brj9c"]),
            ("a@ไม่.ไทย", vec!["A@xn--y3c3en.XN--O3CW4H"]),
        ] {
            assert_eq!(canonical(form), form);
            for spelling in spellings {
                assert_eq!(canonical(spelling), form, "{spelling}");
            }
        }
        assert_ne!(canonical("a@straße.de"), canonical("a@strasse.de"), "two domains");
    }

    #[test]
    fn each_spelling_finds_an_account_stored_under_another() {
        let spellings = ["zoë@bücher.example", "zoe\u{308}@bu\u{308}cher.example", "zoë@xn--bcher-kva.example"];
        for typed in spellings {
            let email = Email::parse(typed).unwrap();
            assert_eq!(email.spellings()[0], typed);
            for stored in spellings {
                assert!(email.spellings().iter().any(|spelling| spelling == stored), "{typed} {stored}");
            }
        }
        let jamo = "\u{1109}\u{1165}@example.com";
        assert!(Email::parse("서@example.com").unwrap().spellings().iter().any(|spelling| spelling == jamo));
        let cyrillic = Email::parse("a@почта.пример.рф").unwrap().spellings();
        for mixed in ["a@xn--80a1acny.пример.xn--p1ai", "a@почта.пример.xn--p1ai", "a@почта.xn--e1afmkfd.рф"]
        {
            assert!(cyrillic.iter().any(|spelling| spelling == mixed), "{mixed}: {cyrillic:?}");
        }
        let many = format!("a@{}рф", "п.".repeat(20));
        assert!(Email::parse(&many).unwrap().spellings().len() <= 12);
        assert_eq!(Email::parse("Ada@Example.com").unwrap().spellings(), ["ada@example.com"]);
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for bad in [
            "",
            "a",
            "a@",
            "@b.co",
            "a b@c.de",
            "a@b.co\0",
            "Ada <a@b.co>",
            "a@[127.0.0.1]",
            "ada@nowhere",
            "a@b..co",
            "a@b.co.",
            "a@-b.co",
            "a@b-.co",
            "a@xn--a.co",
            "a@xn--zz--.co",
            "a@\u{200b}.co",
            "a@\u{301}b.co",
            "a@b\u{fffd}.co",
            "a@b c.co",
        ] {
            assert!(Email::parse(bad).is_none(), "{}", bad.escape_unicode());
        }
        let long = format!("a@{}.co", "ü".repeat(60));
        assert!(Email::parse(&long).is_none(), "over 63 octets in DNS");
        assert!(Email::parse(&format!("{}@b.co", "é".repeat(33))).is_none(), "over 64 octets");
    }

    #[test]
    fn new_accounts_have_no_invisible_characters_and_a_valid_domain() {
        let suits = |text: &str| Email::parse(text).unwrap().suits_a_new_account();
        for good in ["ada+tickets@example.com", "zoe\u{308}@bücher.example", "हिन्दी@हिन्दी.भारत", "a@b\u{ad}.co"]
        {
            assert!(suits(good), "{good}");
        }
        for bad in ["a\u{200b}@b.co", "a\u{a0}@b.co", "\u{3164}@b.co", "a\u{202e}b@c.de", "a@b_c.co", "a@b!c.co"] {
            assert!(!suits(bad), "{}", bad.escape_unicode());
        }
    }
}
