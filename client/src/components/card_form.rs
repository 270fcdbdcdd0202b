use common::api::{OrderId, Price};
use leptos::{html::Div, prelude::*};

use crate::format;

/// The progress of a payment.
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers pay"))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The card fields are being loaded.
    Loading,
    /// A card can be entered; the error of the previous attempt, if any.
    Ready(Option<String>),
    /// The answer is pending.
    Paying,
    /// The payment has succeeded.
    Paid,
    /// The fields could not be loaded, for this reason; the page must be reloaded.
    Failed(String),
}

/// Pays an order by card. It needs the browser: card numbers go to Stripe only.
#[component]
pub fn CardForm(order: OrderId, price: Price, progress: RwSignal<Progress>) -> impl IntoView {
    let fields = NodeRef::<Div>::new();
    let pay = taking_cards(order, fields, progress);
    let busy = move || matches!(progress.get(), Progress::Loading | Progress::Paying);
    let stuck = move || busy() || matches!(progress.get(), Progress::Failed(_));
    let problem = move || match progress.get() {
        Progress::Ready(problem) => problem,
        Progress::Failed(problem) => Some(problem),
        _ => None,
    };
    view! {
        <form
            class="pay"
            aria-labelledby="pay"
            on:submit=move |event| {
                event.prevent_default();
                pay();
            }
        >
            <h2 id="pay">"Pay by card"</h2>
            <noscript>
                <p class="alert">
                    "Paying needs JavaScript: your card number goes from this page straight to Stripe. Please turn it on and reload the page."
                </p>
            </noscript>
            <div class="card" node_ref=fields></div>
            {move || problem().map(|problem| view! { <p class="alert" role="alert" tabindex="-1">{problem}</p> })}
            <button type="submit" disabled=stuck aria-busy=move || busy().then_some("true")>
                {move || match progress.get() {
                    Progress::Loading => "Loading the card form …".to_owned(),
                    Progress::Paying => "Paying …".to_owned(),
                    Progress::Ready(_) | Progress::Paid | Progress::Failed(_) => format!("Pay {}", format::money(price)),
                }}
            </button>
        </form>
    }
}

#[cfg(not(feature = "hydrate"))]
fn taking_cards(_: OrderId, _: NodeRef<Div>, _: RwSignal<Progress>) -> impl Fn() {
    || ()
}

/// Mounts the card fields, and returns the action of the button.
#[cfg(feature = "hydrate")]
fn taking_cards(order: OrderId, fields: NodeRef<Div>, progress: RwSignal<Progress>) -> impl Fn() {
    use std::rc::Rc;

    use leptos::task::spawn_local;

    use crate::{browser, server_fns::payments::card_config, stripe::Card};

    let card = StoredValue::new_local(None::<Rc<Card>>);
    Effect::new(move |_| {
        let Some(target) = fields.get() else { return };
        spawn_local(async move {
            let mounted = match card_config().await {
                Ok(Ok(config)) => Card::mount(&config.script_url, &config.publishable_key, &target).await,
                _ => Err("Paying is not possible just now. Please reload the page in a moment.".to_owned()),
            };
            // The visitor may have left the page in the meantime.
            let state = match mounted {
                Ok(mounted) => {
                    card.try_set_value(Some(Rc::new(mounted)));
                    Progress::Ready(None)
                }
                Err(problem) => Progress::Failed(problem),
            };
            progress.try_set(state);
        });
    });
    move || {
        let Some(card) = card.get_value() else { return };
        if !matches!(progress.get_untracked(), Progress::Ready(_)) {
            return;
        }
        progress.set(Progress::Paying);
        card.disable(true);
        let order = order.clone();
        spawn_local(async move {
            let state = match charge(&card, &order).await {
                Ok(()) => Progress::Paid,
                Err(problem) => Progress::Ready(Some(problem)),
            };
            card.disable(false);
            let declined = matches!(state, Progress::Ready(_));
            if progress.try_set(state).is_none() && declined {
                // The disabled button lost the focus.
                browser::focus_first(["form.pay > .alert"]);
            }
        });
    }
}

/// Pays with the card; if the bank asks for authentication, pays again after it.
#[cfg(feature = "hydrate")]
async fn charge(card: &crate::stripe::Card, order: &OrderId) -> Result<(), String> {
    use common::api::payments::PaymentStatus;

    use crate::server_fns::payments::pay;

    const UNREACHABLE: &str = "The shop could not be reached. Press the button again: you are never charged twice.";
    let method = card.payment_method().await?;
    loop {
        let answer = pay(order.to_string(), method.clone()).await.map_err(|_| UNREACHABLE.to_owned())?;
        let payment = answer.map_err(|refusal| {
            refusal.messages().into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ")
        })?;
        match (payment.status, payment.client_secret) {
            (PaymentStatus::Succeeded, _) => return Ok(()),
            (PaymentStatus::RequiresAction, Some(secret)) => card.authenticate(&secret).await?,
            (PaymentStatus::RequiresAction, None) => return Err(UNREACHABLE.to_owned()),
        }
    }
}
