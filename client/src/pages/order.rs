use std::time::Duration;

use common::api::orders::{Order, OrderStatus};
use leptos::{form::ActionForm, prelude::*};

use super::param;
use crate::{
    browser,
    components::{Alert, Announce, CardForm, Clock, Countdown, Head, Loading, Progress, Submit, When, shown},
    format,
    forms::Form,
    live::Live,
    paths,
    server_fns::orders::{Cancel, OrderView, find_order},
};

/// How often the order is looked at again, and how often once it has been paid:
/// its completion is an event's way off.
const PERIOD: Duration = Duration::from_secs(4);
const PERIOD_ONCE_PAID: Duration = Duration::from_millis(500);

/// An order.
#[component]
pub fn OrderPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_order);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move { shown(page.await, |view| view! { <Details view/> }) })}
        </Suspense>
    }
}

/// What an order is waiting for, or how it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Pay,
    Confirming,
    Complete,
    /// Its time is over, and orders is about to cancel it.
    Expired,
    /// Given up, or not paid in time: an order does not tell which.
    Cancelled,
    /// Paid, but not in time.
    TooLate,
    Refunded,
}

impl Phase {
    fn of(order: &Order, seconds_left: i64, progress: &Progress) -> Self {
        match order.status {
            OrderStatus::Complete => Self::Complete,
            OrderStatus::Cancelled if order.refunded => Self::Refunded,
            OrderStatus::Cancelled if *progress == Progress::Paid => Self::TooLate,
            OrderStatus::Cancelled => Self::Cancelled,
            OrderStatus::Created | OrderStatus::AwaitingPayment => match progress {
                Progress::Paid => Self::Confirming,
                // A payment that began in time may still end.
                Progress::Paying => Self::Pay,
                _ if seconds_left == 0 => Self::Expired,
                _ => Self::Pay,
            },
        }
    }
}

#[component]
fn Details(view: OrderView) -> impl IntoView {
    let first = view.order.clone();
    let clock = Clock::new(view.now);
    let id = first.id.clone();
    let live = Live::new(view, move || find_order(id.to_string())).every(PERIOD);
    let progress = RwSignal::new(Progress::Loading);
    let expires_at = first.expires_at;
    let left = Memo::new(move |_| clock.seconds_until(expires_at));
    let phase = Memo::new(move |before| {
        let now = live.signal().with(|view| progress.with(|progress| Phase::of(&view.order, left.get(), progress)));
        // What was seen to expire stays so, though orders says cancelled.
        if before == Some(&Phase::Expired) && now == Phase::Cancelled { Phase::Expired } else { now }
    });
    let announcement = Signal::derive(move || phase.get().told().2.to_owned());
    // What the server rendered is already a little old, by how much nobody knows.
    Effect::new(move |_| live.refresh());
    Effect::new(move |_| clock.adjust(live.signal().with(|view| view.now)));
    Effect::new(move |before: Option<Phase>| {
        let now = phase.get();
        if now == Phase::Confirming {
            live.every(PERIOD_ONCE_PAID);
        }
        // The button that was pressed is gone.
        if before == Some(Phase::Pay) && now != Phase::Pay {
            browser::focus_first(".outcome");
        }
        now
    });
    view! {
        <Head title=format!("Order for {}", first.ticket.title) description="An order, its time and its payment."/>
        <Announce text=announcement/>
        <article class="detail">
            <p class="muted">"Your order"</p>
            <h1>{first.ticket.title.clone()}</h1>
            <p class="price">{format::money(first.ticket.price)}</p>
            {
                let first = first.clone();
                move || match phase.get() {
                    Phase::Pay => view! { <Pay order=first.clone() left progress live/> }.into_any(),
                    phase => view! { <Outcome phase order=first.clone() progress/> }.into_any(),
                }
            }
        </article>
        <dl class="facts">
            <dt>"Order number"</dt>
            <dd><code>{first.id.to_string()}</code></dd>
            {format::created(first.id.as_str()).map(|time| view! {
                <dt>"Ordered"</dt>
                <dd><When time/></dd>
            })}
        </dl>
    }
}

#[component]
fn Pay(order: Order, left: Memo<i64>, progress: RwSignal<Progress>, live: Live<OrderView>) -> impl IntoView {
    let action = ServerAction::<Cancel>::new();
    let form = Form::new(format!("cancel {}", order.id), action);
    Effect::new(move |_| {
        if action.value().get().is_some() {
            live.refresh();
        }
    });
    view! {
        <Countdown left/>
        <p class="muted">"Held for you until " <When time=order.expires_at/> "."</p>
        <CardForm order=order.id.clone() price=order.ticket.price progress/>
        <ActionForm action attr:class="cancel">
            <Alert form/>
            <input type="hidden" name="id" value=order.id.to_string()/>
            <Submit form label="Cancel the order" class="secondary outline"/>
        </ActionForm>
    }
}

impl Phase {
    /// The badge's look, its word, and what they mean.
    fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pay => ("badge held", "Waiting for payment", "The ticket is held for you."),
            Self::Confirming => ("badge held", "Confirming", "Your payment has arrived and is being confirmed."),
            Self::Complete => ("badge done", "Paid", "The ticket is yours. Enjoy it!"),
            Self::Expired => (
                "badge over",
                "Expired",
                "The time to pay is over. The ticket goes back on sale in a moment. Should a payment still arrive, it is given back in full.",
            ),
            Self::Cancelled => (
                "badge over",
                "Cancelled",
                "The order has ended without a purchase: it was cancelled, or not paid in time.",
            ),
            Self::TooLate => (
                "badge over",
                "Paid too late",
                "The payment came too late for the ticket and is being given back in full.",
            ),
            Self::Refunded => ("badge over", "Refunded", "The payment came too late and has been given back in full."),
        }
    }
}

/// How the order has ended.
#[component]
fn Outcome(phase: Phase, order: Order, progress: RwSignal<Progress>) -> impl IntoView {
    // The last word on a payment whose outcome is not known stays.
    let problem = match (phase, progress.get_untracked()) {
        (Phase::Expired | Phase::Cancelled, Progress::Ready(problem)) => problem,
        _ => None,
    };
    let (class, badge, text) = phase.told();
    let again = matches!(phase, Phase::Expired | Phase::Cancelled | Phase::TooLate | Phase::Refunded);
    view! {
        <div class="outcome" tabindex="-1">
            <p><span class=class>{badge}</span></p>
            <p>{text}</p>
            {problem.map(|problem| view! { <p class="alert">{problem}</p> })}
        </div>
        {again.then(|| view! {
            <p><a href=paths::ticket(&order.ticket.id) class="button">"See the ticket again"</a></p>
        })}
        <p><a href="/orders">"All my orders"</a></p>
    }
}
