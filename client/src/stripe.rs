//! Bindings to Stripe.js (<https://docs.stripe.com/js>).

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlScriptElement};

#[wasm_bindgen]
extern "C" {
    type Stripe;
    #[wasm_bindgen(catch, js_name = Stripe)]
    fn stripe(publishable_key: &str) -> Result<Stripe, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn elements(this: &Stripe) -> Result<Elements, JsValue>;
    #[wasm_bindgen(method, catch, js_name = createPaymentMethod)]
    fn create_payment_method(this: &Stripe, data: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = handleNextAction)]
    fn handle_next_action(this: &Stripe, options: &Object) -> Result<Promise, JsValue>;

    type Elements;
    #[wasm_bindgen(method, catch)]
    fn create(this: &Elements, kind: &str, options: &Object) -> Result<Element, JsValue>;

    type Element;
    #[wasm_bindgen(method, catch)]
    fn mount(this: &Element, target: &HtmlElement) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn update(this: &Element, options: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn destroy(this: &Element);
}

/// The mounted card fields. Card numbers go from their frame to Stripe only.
pub struct Card {
    stripe: Stripe,
    element: Element,
}

/// An error message for the cardholder.
pub type Problem = String;

/// What to do without the card fields.
const UNAVAILABLE: &str = "The card form does not load. Something in your browser or network may block Stripe, which \
                           takes the payment: allow js.stripe.com, or use another browser, and reload the page. Your \
                           ticket stays held for the time shown.";
/// How long the script may take, in milliseconds.
const LONGEST: i32 = 15_000;

impl Card {
    /// Loads the script unless it is loaded, and mounts the fields in `target`.
    pub async fn mount(script: &str, publishable_key: &str, target: &HtmlElement) -> Result<Self, Problem> {
        load(script).await.map_err(|_| UNAVAILABLE.to_owned())?;
        // What another script has put in Stripe's place fails here.
        Self::create(publishable_key, target).map_err(|_| UNAVAILABLE.to_owned())
    }

    fn create(publishable_key: &str, target: &HtmlElement) -> Result<Self, JsValue> {
        let stripe = stripe(publishable_key)?;
        let options =
            object(&[("hidePostalCode", true.into()), ("style", object(&[("base", look(target)?.into())])?.into())])?;
        let element = stripe.elements()?.create("card", &options)?;
        element.mount(target)?;
        Ok(Self { stripe, element })
    }

    /// Creates a payment method from the typed card, and returns its id.
    pub async fn payment_method(&self) -> Result<String, Problem> {
        let created = async {
            let data = object(&[("type", "card".into()), ("card", AsRef::<JsValue>::as_ref(&self.element).clone())])?;
            JsFuture::from(self.stripe.create_payment_method(&data)?).await
        };
        let outcome = settled(created.await)?;
        Ok(text(&member(&outcome, "paymentMethod"), "id"))
    }

    /// Lets the bank authenticate the cardholder.
    pub async fn authenticate(&self, client_secret: &str) -> Result<(), Problem> {
        let asked = async {
            let options = object(&[("clientSecret", client_secret.into())])?;
            JsFuture::from(self.stripe.handle_next_action(&options)?).await
        };
        settled(asked.await).map(drop)
    }

    /// Disables or enables the fields.
    pub fn disable(&self, disabled: bool) {
        if let Ok(options) = object(&[("disabled", disabled.into())]) {
            let _ = self.element.update(&options);
        }
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        self.element.destroy();
    }
}

async fn load(script: &str) -> Result<(), JsValue> {
    if Reflect::has(&window(), &"Stripe".into())? {
        return Ok(());
    }
    let element: HtmlScriptElement = document().create_element("script")?.unchecked_into();
    element.set_src(script);
    let loaded = Promise::new(&mut |resolve, reject| {
        element.set_onload(Some(&resolve));
        element.set_onerror(Some(&reject));
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, LONGEST);
    });
    document().head().ok_or(JsValue::NULL)?.append_child(&element)?;
    JsFuture::from(loaded).await.map(drop)
}

/// The page's colour and font, which fields in Stripe's frame can't inherit.
fn look(target: &HtmlElement) -> Result<Object, JsValue> {
    let style = window().get_computed_style(target)?.ok_or(JsValue::NULL)?;
    let (color, family) = (style.get_property_value("color")?, style.get_property_value("font-family")?);
    object(&[("color", color.into()), ("fontFamily", family.into()), ("fontSize", "16px".into())])
}

/// Stripe.js resolves with an `error` for what the cardholder can correct.
fn settled(outcome: Result<JsValue, JsValue>) -> Result<JsValue, Problem> {
    let outcome = outcome.map_err(|error| text(&error, "message"))?;
    let error = member(&outcome, "error");
    if error.is_object() { Err(text(&error, "message")) } else { Ok(outcome) }
}

fn object(members: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

fn member(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

fn text(of: &JsValue, name: &str) -> String {
    member(of, name).as_string().unwrap_or_else(|| "Stripe gave no reason. Please try again.".into())
}
