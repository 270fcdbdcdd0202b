//! E-mail addresses: one mailbox has several spellings, one of them canonical.

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::{characters::is_ignorable, nfc};

/// The limit in bytes (<https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.1>).
const LONGEST_LOCAL_PART: usize = 64;

/// A valid address in its canonical form: in lower case and NFC, with the domain in letters
/// rather than as `xn--…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address, without surrounding spaces; `None` if it is invalid, has
    /// invisible characters, or a domain that no mail server can have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let (local, domain) = lower.rsplit_once('@')?;
        let (domain, ascii_domain) = domain_forms(domain)?;
        let local = nfc(&nfc(local).to_lowercase());
        let invisible = |symbol: char| {
            !symbol.is_ascii() && (symbol.is_whitespace() || symbol.is_control() || is_ignorable(symbol))
        };
        let host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        let valid = is_address(&local, &ascii_domain) && !local.contains(invisible) && ascii_domain.bytes().all(host);
        valid.then(|| Self(format!("{local}@{domain}")))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A domain in letters and in ASCII (<https://www.unicode.org/reports/tr46/>).
fn domain_forms(domain: &str) -> Option<(String, String)> {
    let (uts46, any) = (Uts46::new(), AsciiDenyList::EMPTY);
    let ascii = uts46.to_ascii(domain.as_bytes(), any, Hyphens::Allow, DnsLength::Verify).ok()?;
    let (unicode, outcome) = uts46.to_unicode(domain.as_bytes(), any, Hyphens::Allow);
    outcome.ok().map(|()| (unicode.into_owned(), ascii.into_owned()))
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
        Email::parse(text).unwrap_or_else(|| panic!("{} is valid", text.escape_unicode())).0
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
            ("ada+tickets@example.com", vec!["ADA+Tickets@example.com"]),
            ("हिन्दी@हिन्दी.भारत", vec![]),
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
            "a\u{200b}@b.co",
            "a\u{a0}@b.co",
            "\u{3164}@b.co",
            "a\u{202e}b@c.de",
            "a@b_c.co",
            "a@b!c.co",
        ] {
            assert!(Email::parse(bad).is_none(), "{}", bad.escape_unicode());
        }
        let long = format!("a@{}.co", "ü".repeat(60));
        assert!(Email::parse(&long).is_none(), "over 63 octets in DNS");
        assert!(Email::parse(&format!("{}@b.co", "é".repeat(33))).is_none(), "over 64 octets");
    }
}
