//! Functions of the browser. Effects and intervals call them, which do not run on the server.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use leptos::{
    leptos_dom::helpers::{WindowListenerHandle, set_interval_with_handle},
    prelude::*,
};
use web_sys::{
    EventSource, FormData, HtmlDocument, HtmlElement, HtmlFormElement, HtmlInputElement, VisibilityState,
    wasm_bindgen::{JsCast, closure::Closure},
};

/// The shortest pause before a stream of notices that was refused is opened again, in
/// milliseconds; the longest is twice as long.
const REOPENING: f64 = 5_000.0;

/// The browser's clock, in milliseconds since 1970; 0 on the server. It may be wrong:
/// only differences are used.
pub fn now() -> f64 {
    if cfg!(feature = "hydrate") { js_sys::Date::now() } else { 0.0 }
}

/// A random number from 0 up to 1.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Runs `tick` every `period`, until the owner that called this is cleaned up.
pub fn every(period: Duration, tick: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        if let Ok(interval) = set_interval_with_handle(tick.clone(), period) {
            on_cleanup(move || interval.clear());
        }
    });
}

/// The offset of the visitor's clock from UTC now, in minutes.
pub fn offset_minutes() -> i32 {
    #[allow(clippy::cast_possible_truncation, reason = "less than a day")]
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    -west
}

/// The texts in a form's fields, by name.
pub fn form_values(form: &HtmlFormElement) -> BTreeMap<String, String> {
    let data = FormData::new_with_form(form).ok();
    let entries = data.and_then(|data| js_sys::try_iter(&data).ok().flatten()).into_iter().flatten().flatten();
    let pairs = entries.filter_map(|entry| {
        let pair = js_sys::Array::from(&entry);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    pairs.collect()
}

/// Selects the text of an input and copies it; false if the browser does not let pages copy.
pub fn copy(input: &HtmlInputElement) -> bool {
    input.select();
    // Unlike the newer `navigator.clipboard`, it is there over plain HTTP, too.
    document().dyn_into::<HtmlDocument>().is_ok_and(|document| document.exec_command("copy").unwrap_or(false))
}

/// Whether the page is in the foreground.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Closes a popover, if it is there and open.
pub fn hide_popover(id: &str) {
    let found = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    // It is an error that a closed one can't be closed.
    let _ = found.map(|element| element.hide_popover());
}

/// Moves the focus, in the next frame, to the first element that matches the first of the
/// selectors that any does.
pub fn focus_first<S: Into<String>>(selectors: impl IntoIterator<Item = S>) {
    let selectors: Vec<String> = selectors.into_iter().map(Into::into).collect();
    request_animation_frame(move || {
        let found = selectors.iter().find_map(|selector| document().query_selector(selector).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

thread_local! {
    /// How far each page of this visit was scrolled, by address, and the page that the
    /// visitor has just gone back or forward to.
    static PLACES: RefCell<(BTreeMap<String, f64>, Option<String>)> = RefCell::default();
}

/// Remembers how far pages are scrolled, for [`return_to_place`].
pub fn remember_places() {
    Effect::new(move |_| {
        let here = || window().location().href().unwrap_or_default();
        let scrolled = window_event_listener_untyped("scroll", move |_| {
            let top = window().scroll_y().unwrap_or_default();
            PLACES.with_borrow_mut(|(places, _)| places.insert(here(), top));
        });
        let back = window_event_listener_untyped("popstate", move |_| {
            PLACES.with_borrow_mut(|(_, back)| *back = Some(here()));
        });
        let pressed = window_event_listener_untyped("click", move |_| PLACES.with_borrow_mut(|(_, back)| *back = None));
        on_cleanup(move || [scrolled, back, pressed].into_iter().for_each(WindowListenerHandle::remove));
    });
}

/// Scrolls to where the visitor left the page that they have gone back to, once what
/// this is called for is on the page. The browser tries before it is.
pub fn return_to_place() {
    Effect::new(move |_| {
        request_animation_frame(|| {
            let here = window().location().href().unwrap_or_default();
            let place = PLACES.with_borrow_mut(|(places, back)| {
                back.take_if(|back| *back == here).and_then(|here| places.get(&here).copied())
            });
            if let Some(top) = place {
                window().scroll_to_with_x_and_y(0.0, top);
            }
        });
    });
}

/// Moves the focus to the first element that matches, if what had it is gone.
pub fn keep_focus(selector: impl Into<String>) {
    let selector = selector.into();
    request_animation_frame(move || {
        let active = document().active_element();
        if active.is_none_or(|element| element.tag_name() == "BODY") {
            focus_first([selector]);
        }
    });
}

/// What a stream of notices says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It is open: what changes from now on is told.
    Open,
    /// Something has changed.
    Changed,
    /// It is closed, or what changes may not be told for other reasons.
    Lost,
}

/// Listens to the stream of notices at an address while the page is in the foreground,
/// until the owner that called this is cleaned up.
pub fn notices(address: String, tell: impl Fn(Notice) + Clone + 'static) {
    Effect::new(move |_| {
        let (address, tell) = (address.clone(), Box::new(tell.clone()));
        let stream = Rc::new(Stream { address, tell, source: RefCell::default(), is_over: Cell::default() });
        stream.follow_visibility();
        let followed = stream.clone();
        on_visibility(move || followed.follow_visibility());
        let stream = StoredValue::new_local(stream);
        on_cleanup(move || {
            stream.with_value(|stream| {
                stream.is_over.set(true);
                stream.close();
            });
        });
    });
}

struct Stream {
    address: String,
    tell: Box<dyn Fn(Notice)>,
    source: RefCell<Option<EventSource>>,
    /// Whether its page is gone: it is not opened again.
    is_over: Cell<bool>,
}

impl Stream {
    /// A browser keeps few connections to a site (six by HTTP/1): not one for each page in the background.
    fn follow_visibility(self: &Rc<Self>) {
        if is_visible() { self.open() } else { self.close() }
    }

    fn open(self: &Rc<Self>) {
        if self.is_over.get() || self.source.borrow().is_some() {
            return;
        }
        let Ok(source) = EventSource::new(&self.address) else { return };
        for event in ["open", "message", "error"] {
            let stream = self.clone();
            let heard = Closure::<dyn Fn()>::new(move || stream.heard(event)).into_js_value();
            let _ = source.add_event_listener_with_callback(event, heard.unchecked_ref());
        }
        *self.source.borrow_mut() = Some(source);
    }

    fn heard(self: &Rc<Self>, event: &str) {
        let is_closed = match &*self.source.borrow() {
            Some(source) => source.ready_state() == EventSource::CLOSED,
            None => return,
        };
        (self.tell)(match event {
            "open" => Notice::Open,
            "message" => Notice::Changed,
            _ => Notice::Lost,
        });
        // The browser itself comes back after a broken connection, but not after a refusal.
        if is_closed {
            *self.source.borrow_mut() = None;
            let stream = self.clone();
            let again = move || stream.follow_visibility();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds")]
            let pause = (REOPENING * (1.0 + random())) as u64;
            set_timeout(again, Duration::from_millis(pause));
        }
    }

    fn close(&self) {
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
            (self.tell)(Notice::Lost);
        }
    }
}

/// Calls `show` when the page comes to the foreground, until the owner that called this
/// is cleaned up.
pub fn on_shown(show: impl Fn() + Clone + 'static) {
    on_visibility(move || {
        if is_visible() {
            show();
        }
    });
}

/// Calls `change` when the page comes to the foreground or leaves it.
fn on_visibility(change: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let change = change.clone();
        let listener = window_event_listener_untyped("visibilitychange", move |_| change());
        on_cleanup(move || listener.remove());
    });
}

/// A time in the visitor's time zone and language.
pub fn local_time(rfc3339: &str) -> Option<String> {
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let date = js_sys::Date::new(&rfc3339.into());
    date.to_locale_string("default", &options).as_string()
}
