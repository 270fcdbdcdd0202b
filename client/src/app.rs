//! The app: the document, the frame around all pages, and the table of routes.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::{HashedStylesheet, MetaTags};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router, RoutingProgress},
    path,
};

use crate::{
    browser,
    components::{FocusAfterNavigation, Footer, Header, NotFound},
    pages::{
        About, Account, EditTicket, Home, MyOrders, MyTickets, OrderPage, Sell, SignIn, SignOut, SignUp, TicketPage,
        WithdrawTicket,
    },
    session::Session,
};

/// The document around the app.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    crate::request::set_policy();
    crate::forms::forget_rejected();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#181c25" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <HashedStylesheet options=options.clone()/>
                <HydrationScripts options/>
                <script src="/late.js" defer></script>
                <script src="/altered.js" defer></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// All pages. Each is sent when it is complete: it is the same without JavaScript,
/// and its status is known before its first byte.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Session::provide();
    browser::remember_places();
    let (is_routing, set_is_routing) = signal(false);
    view! {
        <Title formatter=titled/>
        <Router set_is_routing>
            <a class="skip" href="#main" rel="external">"Skip to the content"</a>
            <div class="progress" aria-hidden="true">
                <RoutingProgress is_routing/>
            </div>
            <FocusAfterNavigation/>
            <Header/>
            <p id="late" class="container" role="alert" hidden>
                "This page is not complete: its program did not start in your browser. Reload the page. If that does not help, allow its scripts, or use another browser. What you see is up to date, and links and forms work."
            </p>
            <main id="main" tabindex="-1" class="container">
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                    <Route path=path!("/auth/signup") view=SignUp ssr=SsrMode::Async/>
                    <Route path=path!("/auth/signin") view=SignIn ssr=SsrMode::Async/>
                    <Route path=path!("/auth/signout") view=SignOut ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/new") view=Sell ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/mine") view=MyTickets ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/:id") view=TicketPage ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/:id/edit") view=EditTicket ssr=SsrMode::Async/>
                    <Route path=path!("/tickets/:id/withdraw") view=WithdrawTicket ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=Account ssr=SsrMode::Async/>
                    <Route path=path!("/about/:text") view=About ssr=SsrMode::Async/>
                    <Route path=path!("/orders") view=MyOrders ssr=SsrMode::Async/>
                    <Route path=path!("/orders/:id") view=OrderPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
            <Footer/>
        </Router>
    }
}

/// The document's title for a page's. Leptos does not escape it in the server's HTML,
/// and sellers choose their tickets' titles.
fn titled(title: String) -> String {
    let whole = if title.is_empty() { "Ticketing".to_owned() } else { format!("{title} – Ticketing") };
    if cfg!(feature = "ssr") { whole.replace('&', "&amp;").replace('<', "&lt;") } else { whole }
}
