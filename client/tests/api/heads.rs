//! How long an answer's head is.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::Method;

use crate::stage::{deserted, run, send};

/// What nginx takes for the status line and all headers, unless it is told
/// otherwise (`proxy_buffer_size`).
const PROXY_LIMIT: usize = 4096;
/// What other hops may add: half a kilobyte.
const WELL_UNDER: usize = PROXY_LIMIT - 512;

#[test]
fn a_refused_form_leads_back_to_its_page_and_keeps_what_was_typed_but_no_password() {
    run(async {
        let form = [("email", "ada@example.com"), ("password", "s3cret"), ("back", "/orders")];
        let reply = deserted().form("/fn/sign-in", &form).await;
        assert_eq!(reply.location(), "/auth/signin?back=%2Forders");
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(attributes.contains("HttpOnly; SameSite=Lax") && attributes.contains("Secure"), "{cookie}");
        let request = deserted().request(Method::GET, reply.location()).header("accept", "text/html");
        // Another page of this host has set a cookie of odd bytes.
        let cookies = [b"odd=\xff\xfe; ", pair.as_bytes()].concat();
        let form = send(request.header("cookie", cookies)).await;
        assert!(form.body.contains("ada@example.com") && !form.body.contains("s3cret"), "{}", form.body);
        let value = BASE64_URL_SAFE_NO_PAD.decode(pair.strip_prefix("rejected=").unwrap()).unwrap();
        assert!(!String::from_utf8(value).unwrap().contains("s3cret"), "{cookie}");
    });
}

#[test]
fn a_refused_forms_answer_fits_into_a_proxys_buffer_whatever_was_typed() {
    run(async {
        for (function, fields) in [
            ("sell", vec!["title", "price"]),
            ("edit", vec!["id", "title", "price"]),
            ("sign-in", vec!["email", "password", "back"]),
            ("sign-up", vec!["email", "password", "back"]),
            ("buy", vec!["ticket", "price"]),
            ("cancel", vec!["id"]),
        ] {
            // The last is a path of this site, of characters that are all encoded.
            for (letter, first) in
                [("a", ""), ("\"", ""), ("é", ""), ("ж", ""), ("ا", ""), ("票", ""), ("🎸", ""), ("=", "/")]
            {
                for length in [20, 190, 199, 300, 600, 6_000] {
                    let typed = encoded(&format!("{first}{}", letter.repeat(length)));
                    let body: Vec<_> = fields.iter().map(|field| format!("{field}={typed}")).collect();
                    let head = head_of_answer(function, &body.join("&")).await;
                    assert!(
                        head.starts_with("HTTP/1.1 302 ") || body.join("&").len() > 65_536,
                        "{function} {letter} {length}: {head}"
                    );
                    assert!(head.len() <= WELL_UNDER, "{function} {letter} {length}: {} bytes: {head}", head.len());
                }
            }
        }
    });
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn head_of_answer(function: &str, body: &str) -> String {
    let head = format!(
        "POST /fn/{function} HTTP/1.1\r\nHost: shop\r\nAccept: text/html\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = String::from_utf8(deserted().raw(format!("{head}{body}").as_bytes(), false).await).unwrap();
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    format!("{head}\r\n\r\n")
}
