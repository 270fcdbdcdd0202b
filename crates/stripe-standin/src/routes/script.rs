//! A small Stripe.js.

use axum::{http::header, response::IntoResponse};

const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("../../assets/api.js"),
    include_str!("../../assets/card_checks.js"),
    include_str!("../../assets/card_element.js"),
    include_str!("../../assets/challenge_dialog.js"),
    include_str!("../../assets/stripe.js"),
    "})();\n",
);

pub(super) async fn show() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, SCRIPT)
}
