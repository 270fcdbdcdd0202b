//! The response to a refused form.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::Method;

use crate::storefront::{run, send, without_services};

/// nginx' default limit of the status line and all headers, in bytes
/// (`proxy_buffer_size`).
const PROXY_LIMIT: usize = 4096;
/// Half a kilobyte for the status line and what other hops add.
const LIMIT: usize = PROXY_LIMIT - 512;

#[test]
fn a_refused_form_redirects_to_its_page_and_keeps_typed_values_except_passwords() {
    run(async {
        let form = [("email", "ada@example.com"), ("password", "s3cret"), ("back", "/orders")];
        let reply = without_services().form("/fn/sign-in", &form).await;
        assert_eq!(reply.location(), "/auth/signin?back=%2Forders");
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert!(attributes.contains("HttpOnly; SameSite=Lax") && attributes.contains("Secure"), "{cookie}");
        let request = without_services().request(Method::GET, reply.location()).header("accept", "text/html");
        // Another page of this host has set a cookie that is not UTF-8.
        let cookies = [b"odd=\xff\xfe; ", pair.as_bytes()].concat();
        let form = send(request.header("cookie", cookies)).await;
        assert!(form.body.contains("ada@example.com") && !form.body.contains("s3cret"), "{}", form.body);
        let value = BASE64_URL_SAFE_NO_PAD.decode(pair.strip_prefix("rejected=").unwrap()).unwrap();
        assert!(!String::from_utf8(value).unwrap().contains("s3cret"), "{cookie}");
    });
}

#[test]
fn the_headers_after_a_refused_form_fit_a_proxys_buffer() {
    run(async {
        for (function, fields) in [
            ("sell", vec!["title", "price"]),
            ("edit", vec!["id", "title", "price"]),
            ("sign-in", vec!["email", "password", "back"]),
            ("sign-up", vec!["email", "password", "back"]),
            ("buy", vec!["ticket", "price"]),
            ("cancel", vec!["id"]),
        ] {
            // The last is a path of this site whose characters are all encoded.
            for (letter, first) in
                [("a", ""), ("\"", ""), ("é", ""), ("ж", ""), ("ا", ""), ("票", ""), ("🎸", ""), ("=", "/")]
            {
                for length in [20, 190, 199, 300, 600, 6_000] {
                    let typed = format!("{first}{}", letter.repeat(length));
                    let form: Vec<_> = fields.iter().map(|field| (*field, typed.as_str())).collect();
                    let reply = without_services().form(&format!("/fn/{function}"), &form).await;
                    let case = format!("{function} {letter} {length}: {} {:?}", reply.status, reply.headers);
                    assert!(matches!(reply.status.as_u16(), 302 | 413), "{case}");
                    assert!(reply.status == 302 || typed.len() * fields.len() > 21_000, "{case}");
                    let bytes: usize =
                        reply.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
                    assert!(bytes <= LIMIT, "{bytes} bytes: {case}");
                }
            }
        }
    });
}
