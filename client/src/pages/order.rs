use std::time::Duration;

use common::api::{ids::Id, orders::Order};
use leptos::{form::ActionForm, prelude::*};

use super::{param, phase::Phase};
use crate::{
    browser,
    components::{
        AboutRows, Alert, Announce, CardForm, Clock, Countdown, Head, Progress, Stub, Submit, Sum, When, page_for,
    },
    format,
    forms::Form,
    live::{Live, Pace},
    paths,
    server_fns::orders::{Cancel, HandoverView, OrderView, find_order},
};

/// How often the order is refreshed if changes are not told, and how often once it is paid:
/// then its completion is one event away.
const PERIOD: Duration = Duration::from_secs(4);
const PERIOD_ONCE_PAID: Duration = Duration::from_millis(500);

/// An order.
#[component]
pub fn OrderPage() -> impl IntoView {
    let id = param("id");
    let page = Resource::new(move || id.get(), |id| find_order(id, true));
    page_for(page, |view| view! { <Details view/> })
}

#[component]
fn Details(view: OrderView) -> impl IntoView {
    let first = view.order.clone();
    let clock = Clock::new(view.now);
    let id = first.id.clone();
    let of = format!("{id},{}", first.ticket.id);
    let live = Live::new(view, move || find_order(id.to_string(), false)).watch(
        &of,
        Pace::of_one(PERIOD),
        OrderView::is_settled,
    );
    let progress = RwSignal::new(Progress::Loading);
    let expires_at = first.expires_at;
    let left = Memo::new(move |_| clock.seconds_until(expires_at));
    let phase = Memo::new(move |before| {
        let now = live.signal().with(|view| progress.with(|progress| Phase::of(&view.order, left.get(), progress)));
        // An order that expired on this page stays so, although orders reports it as cancelled.
        match (before, now) {
            (Some(Phase::Expired), Phase::Cancelled(_)) => Phase::Expired,
            _ => now,
        }
    });
    let handover = Memo::new(move |_| live.signal().with(|view| view.handover.clone()));
    let paid = Memo::new(move |_| {
        let paid = live.signal().with(|view| (view.order.paid_at, view.order.card.clone()));
        (paid.0.is_some() || paid.1.is_some()).then_some(paid)
    });
    let announcement = Signal::derive(move || phase.get().meaning());
    let ticket = first.ticket.title.clone();
    let title = move || format!("{}: {ticket}", phase.get().badge().1);
    // The rendered time is old by an unknown time of transfer, but an answer follows soon.
    Effect::new(move |_| clock.adjust(live.signal().with(|view| view.now)));
    Effect::new(move |before: Option<Phase>| {
        let now = phase.get();
        if now == Phase::Confirming {
            live.every(PERIOD_ONCE_PAID, |_| true);
        }
        // The focused button is gone.
        if before == Some(Phase::Pay) && now != Phase::Pay {
            browser::focus_first([".outcome"]);
        }
        now
    });
    view! {
        <Head title description="An order, its time and its payment."/>
        <Announce text=announcement/>
        {move || (phase.get().steps() > 0).then(|| view! { <Steps taken=phase.get().steps()/> })}
        <article class="two">
            <div class="panel">
                {
                    let first = first.clone();
                    move || match phase.get() {
                        Phase::Pay => view! { <Pay order=first.clone() left progress live/> }.into_any(),
                        phase => view! { <Outcome phase order=first.clone() progress/> }.into_any(),
                    }
                }
                {move || phase.get().is_bought().then(|| view! { <TicketItself handover=handover.get()/> })}
            </div>
            <div class="panel side">
                <Stub title=first.ticket.title.clone() about=first.ticket.about.clone() banner=true/>
                <h1 dir="auto">{first.ticket.title.clone()}</h1>
                <dl class="facts">
                    <AboutRows about=first.ticket.about.clone()/>
                    <dt>"Order number"</dt>
                    <dd><code>{first.id.to_string()}</code></dd>
                    <dt>"Ordered"</dt>
                    <dd><When time=first.id.created_at()/></dd>
                    {move || paid.get().map(|(at, card)| view! {
                        {at.map(|at| view! { <dt>"Paid"</dt><dd><When time=at/></dd> })}
                        {card.map(|card| view! { <dt>"Card"</dt><dd>{format::card(&card)}</dd> })}
                    })}
                </dl>
                <Sum price=format::money(first.ticket.price)/>
            </div>
        </article>
    }
}

/// What lets one in.
#[component]
fn TicketItself(handover: Option<HandoverView>) -> impl IntoView {
    let HandoverView { text, qr } = handover.unwrap_or(HandoverView { text: None, qr: None });
    let is_link = text.as_ref().is_some_and(|text| text.starts_with("https://") && !text.contains(char::is_whitespace));
    view! {
        <section class="handover" aria-labelledby="handover">
            <h2 id="handover">"Your ticket"</h2>
            {match text {
                None => view! {
                    <p>"The seller has not deposited the ticket yet. It appears here as soon as they do."</p>
                }
                .into_any(),
                Some(text) => view! {
                    {qr.map(|svg| view! { <div class="qr" role="img" aria-label="The ticket as a QR code" inner_html=svg></div> })}
                    {if is_link {
                        let href = text.clone();
                        view! { <p><a href=href rel="external noopener noreferrer">{text}</a></p> }.into_any()
                    } else {
                        view! { <p><code class="code">{text}</code></p> }.into_any()
                    }}
                }
                .into_any(),
            }}
        </section>
    }
}

/// How far a purchase has come.
#[component]
fn Steps(taken: usize) -> impl IntoView {
    let steps = ["Held for you", "Pay", "Yours"].into_iter().enumerate().map(|(index, step)| {
        let class = if index < taken { "on" } else { "" };
        let current = (index + 1 == taken).then_some("step");
        view! { <li class=class aria-current=current>{format!("{} {step}", index + 1)}</li> }
    });
    view! { <ol class="steps">{steps.collect_view()}</ol> }
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
        <Countdown left until=order.expires_at/>
        <CardForm order=order.id.clone() price=order.ticket.price progress/>
        <ActionForm action attr:class="cancel">
            <Alert form/>
            <input type="hidden" name="id" value=order.id.to_string()/>
            <Submit form label="Cancel the order" class="link" blocked=Signal::derive(move || progress.get() == Progress::Paying)/>
        </ActionForm>
    }
}

/// The order's end.
#[component]
fn Outcome(phase: Phase, order: Order, progress: RwSignal<Progress>) -> impl IntoView {
    // The message about a payment with an unknown outcome stays.
    let problem = match (phase, progress.get_untracked()) {
        (Phase::Expired | Phase::Cancelled(_), Progress::Ready(problem)) => problem,
        _ => None,
    };
    let (class, badge) = phase.badge();
    view! {
        <div class="outcome" class:won=phase.is_bought() tabindex="-1">
            <h2>{phase.heading()}</h2>
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
