//! Forms that work with and without JavaScript.
//!
//! With it, the page that sent a form gets the answer. Without, the browser is
//! redirected: to the page that follows a success, or back to the form, which reads
//! the typed values and the errors from a short-lived cookie.

#[cfg(feature = "ssr")]
mod rejected;

use std::collections::BTreeMap;

use common::api::FieldError;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub use rejected::{finish, finish_here, forget_rejected, take_rejected};

use crate::{answer::Answer, browser};

/// A form that was sent without JavaScript and refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The form's name.
    pub form: String,
    /// The typed values by field, without passwords.
    pub values: BTreeMap<String, String>,
    /// The errors.
    pub errors: Vec<FieldError>,
}

/// The state of a form, which its fields show.
#[derive(Clone, Copy)]
pub struct Form {
    rejected: StoredValue<Rejected>,
    problems: Memo<Vec<FieldError>>,
    pending: Memo<bool>,
}

impl Form {
    /// The state of the form `name`, which dispatches `action`. The name of a form
    /// about one ticket or order contains its id.
    pub fn new<S, T>(name: impl AsRef<str>, action: ServerAction<S>) -> Self
    where
        S: ServerFn<Output = Answer<T>, Error = ServerFnError> + Clone + Send + Sync + 'static,
        T: Clone + Send + Sync + 'static,
    {
        let rejected = SharedValue::new(|| take_rejected(name.as_ref())).into_inner();
        let before = rejected.errors.clone();
        let value = action.value();
        let problems = Memo::new(move |_| match value.get() {
            None => before.clone(),
            Some(Ok(Ok(_))) => Vec::new(),
            Some(Ok(Err(refusal))) => refusal.messages(),
            Some(Err(_)) => vec![FieldError::general("The shop could not be reached. Please try again.")],
        });
        let pending = action.pending();
        let form = Self { rejected: StoredValue::new(rejected), problems, pending: Memo::new(move |_| pending.get()) };
        let id = form_id(name.as_ref());
        Effect::new(move |_| {
            if !form.problems.get().is_empty() && !form.pending.get() {
                let problems = ["[aria-invalid=true]", ".alert"];
                let own = problems.map(|problem| format!("#{id} {problem}"));
                browser::focus_first([own.join(", "), problems.join(", ")]);
            }
        });
        form
    }

    /// The value that was typed into a field before.
    pub fn typed(self, field: &str) -> Option<String> {
        self.rejected.with_value(|rejected| rejected.values.get(field).cloned())
    }

    /// The messages about the fields that `of` selects; `None` is the form as a whole.
    pub fn problem(self, of: impl Fn(Option<&str>) -> bool + Send + Sync + 'static) -> Memo<Option<String>> {
        Memo::new(move |_| {
            self.problems.with(|problems| {
                let selected = problems.iter().filter(|error| of(error.field.as_deref()));
                let messages: Vec<_> = selected.map(|error| error.message.as_str()).collect();
                (!messages.is_empty()).then(|| messages.join(". "))
            })
        })
    }

    /// Whether a request is pending.
    pub fn pending(self) -> bool {
        self.pending.get()
    }
}

/// The id of a form's element, which it needs where a page has several forms.
pub fn form_id(name: &str) -> String {
    format!("form-{}", name.replace(' ', "-"))
}

#[cfg(not(feature = "ssr"))]
fn take_rejected(_: &str) -> Rejected {
    Rejected::default()
}
