//! Who is signed in, for all pages.

use common::api::users::CurrentUser;
use leptos::prelude::*;

use crate::{
    answer::Answer,
    server_fns::auth::{SignIn, SignOut, SignUp, current_user},
};

/// The visitor's session. What changes it lives as long as the app: a page that
/// signs in is gone by the time of the answer.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who it is; nobody, if not signed in.
    pub user: Resource<Result<Answer<Option<CurrentUser>>, ServerFnError>>,
    /// Opens an account and signs in.
    pub sign_up: ServerAction<SignUp>,
    /// Signs in.
    pub sign_in: ServerAction<SignIn>,
    /// Signs out.
    pub sign_out: ServerAction<SignOut>,
}

impl Session {
    /// For the whole app.
    pub fn provide() {
        let (sign_up, sign_in, sign_out) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let changes = move || (sign_up.version().get(), sign_in.version().get(), sign_out.version().get());
        let user = Resource::new(changes, |_| current_user());
        provide_context(Self { user, sign_up, sign_in, sign_out });
    }

    /// That of the visitor.
    pub fn current() -> Self {
        expect_context()
    }
}
