use serde_json::json;

use super::{cookie, named, start};

#[tokio::test]
async fn signing_out_clears_the_cookie() {
    let (_env, service) = start().await;
    let reply = service.anonymous().post("/api/users/signout", &json!({})).await.expect(200);
    assert_eq!(reply.body, json!({}));
    let (token, attributes) = cookie(&reply);
    assert_eq!((token.as_str(), attributes.as_str()), ("", "HttpOnly; SameSite=Lax; Path=/; Max-Age=0"));
    let (token, attributes) = named(&reply, "__Host-session");
    assert_eq!((token.as_str(), attributes.as_str()), ("", "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"));
}

#[tokio::test]
async fn requests_from_another_sites_page_are_refused() {
    let (_env, service) = start().await;
    let client = service.anonymous();
    let request = client.request(reqwest::Method::POST, "/api/users/signout").header("sec-fetch-site", "cross-site");
    client.send(request).await.refused(403, &["Requests from another site are not allowed"]);
}
