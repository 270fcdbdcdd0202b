//! The visitor's session, shared by all pages.

use common::api::users::CurrentUser;
use leptos::prelude::*;

use crate::{
    answer::Reply,
    browser,
    server_fns::auth::{SignIn, SignOut, SignUp, current_user},
};

/// The visitor's session. Its actions live as long as the app: the page that signs in
/// is gone when the answer arrives.
#[derive(Clone, Copy)]
pub struct Session {
    /// The signed-in user, if any.
    pub user: Resource<Reply<Option<CurrentUser>>>,
    /// Creates an account and signs in.
    pub sign_up: ServerAction<SignUp>,
    /// Signs in.
    pub sign_in: ServerAction<SignIn>,
    /// Signs out.
    pub sign_out: ServerAction<SignOut>,
}

impl Session {
    /// Provides the session to the whole app.
    pub fn provide() {
        let (sign_up, sign_in, sign_out) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let changes = move || (sign_up.version().get(), sign_in.version().get(), sign_out.version().get());
        let user = Resource::new(changes, |_| current_user());
        // Another tab may have signed in or out.
        browser::on_shown(move || user.refetch());
        provide_context(Self { user, sign_up, sign_in, sign_out });
    }

    /// The session that the app provides.
    pub fn current() -> Self {
        expect_context()
    }
}
