//! The visitor's session, shared by all pages.

use common::api::{UserId, users::CurrentUser};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    answer::Reply,
    browser,
    server_fns::auth::{DeleteAccount, SignIn, SignOut, SignUp, current_user},
};

/// The visitor's session. Its actions live as long as the app: the page that signs in
/// is gone when the answer arrives.
#[derive(Clone, Copy)]
pub struct Session {
    /// The signed-in user, if any.
    pub user: Resource<Reply<Option<CurrentUser>>>,
    /// Whom the page shows as signed in.
    pub shown: RwSignal<Option<UserId>>,
    /// Creates an account and signs in.
    pub sign_up: ServerAction<SignUp>,
    /// Signs in.
    pub sign_in: ServerAction<SignIn>,
    /// Signs out.
    pub sign_out: ServerAction<SignOut>,
    /// Deletes the account.
    pub delete: ServerAction<DeleteAccount>,
}

impl Session {
    /// Provides the session to the whole app.
    pub fn provide() {
        let (sign_up, sign_in) = (ServerAction::new(), ServerAction::new());
        let (sign_out, delete) = (ServerAction::new(), ServerAction::<DeleteAccount>::new());
        let begun = move || (sign_up.version().get(), sign_in.version().get());
        // A refusal leaves the page as it is, with what it says.
        let is_deleted = Memo::new(move |_| matches!(delete.value().get(), Some(Ok(Ok(())))));
        let changes = move || (begun(), sign_out.version().get(), is_deleted.get());
        let user = Resource::new(changes, |_| current_user());
        let shown = RwSignal::new(None);
        Effect::new(move |_| {
            if let Some(Ok(Ok(user))) = user.get() {
                shown.set(user.map(|user| user.id));
            }
        });
        let session = Self { user, shown, sign_up, sign_in, sign_out, delete };
        // Another tab may have signed in or out.
        browser::on_shown(move || session.refresh());
        provide_context(session);
    }

    /// Shows who is signed in now, if that is somebody else than before: otherwise nothing
    /// is rendered again, and what is typed stays.
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(Ok(now)) = current_user().await
                && self.shown.try_get_untracked() != Some(now.map(|user| user.id))
            {
                self.user.refetch();
            }
        });
    }

    /// The session that the app provides.
    pub fn current() -> Self {
        expect_context()
    }
}
