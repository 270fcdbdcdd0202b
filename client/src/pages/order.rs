use std::time::Duration;

use common::api::{ids::Id, orders::Order};
use leptos::{form::ActionForm, prelude::*};

use super::{param, phase::Phase};
use crate::{
    browser,
    components::{Alert, Announce, CardForm, Clock, Countdown, Head, Progress, Submit, When, page_for},
    format,
    forms::Form,
    live::Live,
    paths,
    server_fns::orders::{Cancel, OrderView, find_order},
};

/// How often the order is refreshed, and how often once it is paid: then its completion
/// is one event away.
const PERIOD: Duration = Duration::from_secs(4);
const PERIOD_ONCE_PAID: Duration = Duration::from_millis(500);

/// An order.
#[component]
pub fn OrderPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), find_order);
    page_for(page, |view| view! { <Details view/> })
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
        // An order that expired on this page stays so, although orders reports it as cancelled.
        if before == Some(&Phase::Expired) && now == Phase::Cancelled { Phase::Expired } else { now }
    });
    let announcement = Signal::derive(move || phase.get().meaning());
    // The rendered time is old by an unknown time of transfer.
    Effect::new(move |_| live.refresh());
    Effect::new(move |_| clock.adjust(live.signal().with(|view| view.now)));
    Effect::new(move |before: Option<Phase>| {
        let now = phase.get();
        if now == Phase::Confirming {
            live.every(PERIOD_ONCE_PAID);
        }
        // The focused button is gone.
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
            <dt>"Ordered"</dt>
            <dd><When time=first.id.created_at()/></dd>
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

/// The order's end.
#[component]
fn Outcome(phase: Phase, order: Order, progress: RwSignal<Progress>) -> impl IntoView {
    // The message about a payment with an unknown outcome stays.
    let problem = match (phase, progress.get_untracked()) {
        (Phase::Expired | Phase::Cancelled, Progress::Ready(problem)) => problem,
        _ => None,
    };
    let (class, badge) = phase.badge();
    view! {
        <div class="outcome" tabindex="-1">
            <p><span class=class>{badge}</span></p>
            <p>{phase.meaning()}</p>
            {problem.map(|problem| view! { <p class="alert">{problem}</p> })}
        </div>
        {phase.lets_go().then(|| view! {
            <p><a href=paths::ticket(&order.ticket.id) class="button">"See the ticket again"</a></p>
        })}
        <p><a href="/orders">"All my orders"</a></p>
    }
}
