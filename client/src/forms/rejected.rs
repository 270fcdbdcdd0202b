//! A refused form is kept in a cookie until the browser loads its page again.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use common::session::cookie_values;
use http::{HeaderValue, header};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;

use super::Rejected;
use crate::{
    answer::{Answer, Refusal},
    request::{self, CookieSecure, wants_page},
};

const COOKIE: &str = "rejected";
/// The longest value of the cookie, in bytes. Proxies such as nginx limit all
/// headers of a response to 4096, and the others need up to 1100.
const COOKIE_LIMIT: usize = 2000;
/// The cookie's lifetime in seconds.
const LIFETIME: u32 = 60;

/// Ends a form's request. After a success the visitor is redirected to `destination`;
/// after a refusal a browser without JavaScript is redirected to the form's `page`,
/// with `values` and errors in the cookie.
pub fn finish<T>(
    form: &str,
    page: &str,
    values: &[(&str, &str)],
    answer: Answer<T>,
    destination: impl FnOnce(&T) -> String,
) -> Answer<T> {
    match &answer {
        Ok(value) => leptos_axum::redirect(&destination(value)),
        Err(refusal) if wants_page(&request::headers()) => {
            let values = values.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
            // The visitor signs in before they return to the form.
            let errors = if *refusal == Refusal::NotAuthorized { Vec::new() } else { refusal.messages() };
            if let Some(text) = fitting(&mut Rejected { form: form.to_owned(), values, errors }) {
                set_cookie(&text, LIFETIME);
            }
            leptos_axum::redirect(page);
        }
        Err(_) => {}
    }
    answer
}

/// The same for a form whose `page` stays as it is after a success: only a browser without
/// JavaScript loads it again.
pub fn finish_here<T>(form: &str, page: &str, values: &[(&str, &str)], answer: Answer<T>) -> Answer<T> {
    if wants_page(&request::headers()) { finish(form, page, values, answer, |_| page.to_owned()) } else { answer }
}

/// The cookie's value, shrunk to the limit; nothing if that is impossible.
fn fitting(rejected: &mut Rejected) -> Option<String> {
    loop {
        let text = encode(rejected);
        if text.len() <= COOKIE_LIMIT {
            return Some(text);
        }
        if !shrink(rejected) {
            return None;
        }
    }
}

/// Drops the longest value or, without values, half of the longest message. False
/// if nothing is left to drop.
fn shrink(rejected: &mut Rejected) -> bool {
    let longest = rejected.values.iter().max_by_key(|(_, value)| value.len()).map(|(name, _)| name.clone());
    if let Some(name) = longest {
        return rejected.values.remove(&name).is_some();
    }
    let Some(error) = rejected.errors.iter_mut().max_by_key(|error| error.message.len()) else {
        return false;
    };
    match error.message.chars().count() {
        0..10 => drop(rejected.errors.pop()),
        long => error.message = error.message.chars().take(long / 2).chain(['…']).collect(),
    }
    true
}

/// Base64, as percent-encoding triples most alphabets. A title of the permitted
/// length fits in any alphabet.
fn encode(rejected: &Rejected) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(rejected).unwrap_or_default())
}

fn set_cookie(value: &str, seconds: u32) {
    let secure = if use_context::<CookieSecure>().is_some_and(|secure| secure.0) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let (Ok(cookie), Some(response)) = (HeaderValue::try_from(cookie), use_context::<ResponseOptions>()) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The state of `form` when it was refused, by the request's cookie.
pub fn take_rejected(form: &str) -> Rejected {
    let headers = request::headers();
    let rejected = cookie_values(&headers, COOKIE).find_map(decode).filter(|rejected| rejected.form == form);
    rejected.unwrap_or_default()
}

/// Deletes the cookie. Every page does so: a form that is not on it is outdated.
pub fn forget_rejected() {
    if cookie_values(&request::headers(), COOKIE).next().is_some() {
        set_cookie("", 0);
    }
}

/// Nothing if [`encode`] did not write it.
fn decode(value: &[u8]) -> Option<Rejected> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use common::api::{FieldError, tickets::TITLE_LIMIT};

    use super::*;

    #[test]
    fn any_typed_text_survives_the_cookie() {
        let rejected = Rejected {
            form: "sell".into(),
            values: BTreeMap::from([("title".into(), "\"><img onerror=x>; é 🎸 +%&=".into())]),
            errors: vec![FieldError::new("price", "Price must be greater than zero")],
        };
        let text = encode(&rejected);
        assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\";,\\".contains(&byte)), "{text}");
        assert_eq!(decode(text.as_bytes()), Some(rejected));
        assert_eq!(decode(b"%7B"), None);
    }

    #[test]
    fn a_cookie_keeps_a_title_in_any_alphabet_and_part_of_a_long_message() {
        let price = ("price".to_owned(), "-1".to_owned());
        for letter in ["a", "\"", "é", "ж", "票", "🎸"] {
            let error = FieldError::new("price", "Price must be greater than zero");
            let values = BTreeMap::from([("title".to_owned(), letter.repeat(TITLE_LIMIT)), price.clone()]);
            let mut rejected = Rejected { form: "sell".into(), values, errors: vec![error.clone()] };
            assert_eq!(decode(fitting(&mut rejected).unwrap().as_bytes()).unwrap().values.len(), 2, "{letter}");

            let values = BTreeMap::from([("title".to_owned(), letter.repeat(3000)), price.clone()]);
            let mut rejected = Rejected { form: "sell".into(), values, errors: vec![error.clone()] };
            let kept = decode(fitting(&mut rejected).unwrap().as_bytes()).unwrap();
            assert_eq!((kept.values, kept.errors), (BTreeMap::from([price.clone()]), vec![error]), "{letter}");

            let wordy = FieldError::general(letter.repeat(5000));
            let mut rejected = Rejected { form: "sell".into(), errors: vec![wordy; 3], ..Rejected::default() };
            let kept = decode(fitting(&mut rejected).unwrap().as_bytes()).unwrap();
            assert!(kept.errors[0].message.starts_with(letter) && kept.errors[0].message.ends_with('…'), "{kept:?}");
        }
        let mut endless = Rejected { form: "x".repeat(3000), ..Rejected::default() };
        assert_eq!(fitting(&mut endless), None);
    }
}
