use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::answer::{Reply, Text};
#[cfg(feature = "ssr")]
use crate::{answer::Refusal, texts::Texts};

/// One of the texts about the shop.
#[allow(clippy::unused_async, reason = "every server function is")]
#[server(endpoint = "text", input = GetUrl)]
pub async fn find_text(name: String) -> Reply<Text> {
    let text = use_context::<Texts>().and_then(|texts| texts.get(&name).cloned());
    Ok(text.ok_or(Refusal::NotFound))
}
