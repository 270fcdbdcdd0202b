use common::api::users::CurrentUser;
#[cfg(feature = "ssr")]
use common::api::users::{CurrentUserBody, User};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::answer::Answer;
#[cfg(feature = "ssr")]
use crate::{
    api::{Service::Auth, Visitor},
    forms::finish,
    paths,
};

/// Who is signed in, if anybody.
#[server(GetCurrentUser, endpoint = "current-user", input = GetUrl)]
pub async fn current_user() -> Result<Answer<Option<CurrentUser>>, ServerFnError> {
    Ok(async { Visitor::current()?.get::<CurrentUserBody>(Auth, "/api/users/currentuser").await }
        .await
        .map(|body| body.current_user))
}

/// Opens an account and signs in.
#[server(endpoint = "sign-up")]
pub async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Result<Answer<()>, ServerFnError> {
    Ok(enter("sign-up", "/api/users/signup", &email, &password, &back).await)
}

/// Signs in.
#[server(endpoint = "sign-in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Result<Answer<()>, ServerFnError> {
    Ok(enter("sign-in", "/api/users/signin", &email, &password, &back).await)
}

/// Signs out.
#[server(endpoint = "sign-out")]
pub async fn sign_out() -> Result<Answer<()>, ServerFnError> {
    let answer = async {
        let nothing = serde_json::json!({});
        Visitor::current()?.post::<serde_json::Value>(Auth, "/api/users/signout", &nothing).await
    };
    Ok(finish("sign-out", "/auth/signout", &[], answer.await.map(drop), |()| "/".into()))
}

#[cfg(feature = "ssr")]
async fn enter(form: &str, path: &str, email: &str, password: &str, back: &str) -> Answer<()> {
    let credentials = serde_json::json!({ "email": email, "password": password });
    let answer = async { Visitor::current()?.post::<User>(Auth, path, &credentials).await };
    let page = match form {
        "sign-up" => paths::sign_up(back),
        _ => paths::sign_in(back),
    };
    finish(form, &page, &[("email", email)], answer.await.map(drop), |()| paths::own(back).to_owned())
}
