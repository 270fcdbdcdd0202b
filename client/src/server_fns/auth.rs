use common::api::users::CurrentUser;
#[cfg(feature = "ssr")]
use common::api::users::{Clearance, CurrentUserBody, User};
use leptos::{prelude::*, server_fn::codec::GetUrl};
#[cfg(feature = "ssr")]
use serde_json::{Value, json};

use crate::answer::Reply;
#[cfg(feature = "ssr")]
use crate::{
    answer::{Answer, Refusal},
    api,
    config::Service::{Auth, Orders, Tickets},
    forms::finish,
    paths,
    server_fns::orders::reserve,
};

/// The signed-in user, if any.
#[server(GetCurrentUser, endpoint = "current-user", input = GetUrl)]
pub async fn current_user() -> Reply<Option<CurrentUser>> {
    Ok(visitor().await)
}

/// Creates an account and signs in.
#[server(endpoint = "sign-up")]
pub async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Reply<()> {
    let answer = api::post::<User>(Auth, "/api/users/signup", json!({ "email": email, "password": password })).await;
    Ok(finish_entry("sign-up", &paths::sign_up(&back), &email, &back, answer).await)
}

/// Signs in.
#[server(endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Reply<()> {
    let answer = api::post::<User>(Auth, "/api/users/signin", json!({ "email": email, "password": password })).await;
    Ok(finish_entry("sign-in", &paths::sign_in(&back), &email, &back, answer).await)
}

/// Changes the password, which ends all other sessions.
#[server(endpoint = "password")]
pub async fn change_password(
    #[server(default)] password: String,
    #[server(default)] new_password: String,
) -> Reply<()> {
    let change = json!({ "password": password, "newPassword": new_password });
    let answer = api::post::<User>(Auth, "/api/users/password", change).await;
    Ok(finish("password", "/account", &[], answer.map(drop), |()| "/account".into()))
}

/// Deletes the account, unless something of it is open.
#[server(endpoint = "delete-account")]
pub async fn delete_account(#[server(default)] password: String) -> Reply<()> {
    let of = |service, path| api::post::<Clearance>(service, path, json!({}));
    let (tickets, orders) =
        tokio::join!(of(Tickets, "/api/tickets/mine/clearance"), of(Orders, "/api/orders/clearance"));
    let answer = match cleared(tickets, orders) {
        Ok([tickets, orders]) => {
            let deletion = json!({ "password": password, "tickets": tickets, "orders": orders });
            api::post_nothing(Auth, "/api/users/delete", deletion).await
        }
        Err(refusal) => Err(refusal),
    };
    Ok(finish("delete-account", "/account", &[], answer, |()| "/".into()))
}

/// Both statements, or all that is open.
#[cfg(feature = "ssr")]
fn cleared(tickets: Answer<Clearance>, orders: Answer<Clearance>) -> Answer<[String; 2]> {
    match (tickets, orders) {
        (Ok(tickets), Ok(orders)) => Ok([tickets.clearance, orders.clearance]),
        (Err(Refusal::Invalid(tickets)), Err(Refusal::Invalid(orders))) => {
            Err(Refusal::Invalid([tickets, orders].concat()))
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
    }
}

/// Signs out.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Reply<()> {
    let answer = api::post::<Value>(Auth, "/api/users/signout", json!({})).await;
    Ok(finish("sign-out", "/auth/signout", &[], answer.map(drop), |()| "/".into()))
}

/// How long the order that follows a sign-in may take: the visitor is signed in meanwhile,
/// and must not lose that to a time-out.
#[cfg(feature = "ssr")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Goes on with what the visitor was about to do: to the page that they came from, or to the
/// order of the ticket that they wanted to buy. If it can't be held, its page says so.
#[cfg(feature = "ssr")]
async fn finish_entry(form: &str, page: &str, email: &str, back: &str, answer: Answer<User>) -> Answer<()> {
    let next = match paths::held_after(back) {
        Some((ticket, seen)) if answer.is_ok() => {
            let seen = seen.to_string();
            match tokio::time::timeout(PATIENCE, reserve(ticket.as_str(), Some(&seen), "")).await {
                Ok(Ok(order)) => paths::order(&order),
                _ => paths::not_held(&ticket),
            }
        }
        _ => paths::own(back).to_owned(),
    };
    finish(form, page, &[("email", email)], answer.map(drop), |()| next)
}

/// The answer of another service, refused if auth has ended the session, of which the other
/// service knows nothing.
#[cfg(feature = "ssr")]
pub async fn signed_in<T>(check: bool, answer: impl Future<Output = Answer<T>>) -> Answer<T> {
    if !check {
        return answer.await;
    }
    let (answer, user) = tokio::join!(answer, visitor());
    // If auth is unavailable, the other service decides.
    if user == Ok(None) { Err(Refusal::NotAuthorized) } else { answer }
}

/// Who is signed in, by auth's answer to one question per request.
#[cfg(feature = "ssr")]
pub async fn visitor() -> Answer<Option<CurrentUser>> {
    let ask = || async {
        let body: Answer<CurrentUserBody> = api::get(Auth, "/api/users/currentuser").await;
        body.map(|body| body.current_user)
    };
    match use_context::<Visitor>() {
        Some(Visitor(known)) => known.get_or_init(ask).await.clone(),
        None => ask().await,
    }
}

/// Who is signed in, as far as one request has asked.
#[cfg(feature = "ssr")]
#[derive(Clone, Default)]
pub struct Visitor(std::sync::Arc<tokio::sync::OnceCell<Answer<Option<CurrentUser>>>>);
