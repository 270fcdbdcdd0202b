//! What can be done, one action per file. Each works on the store that it
//! holds alone, and leaves the events of what it did with it.

mod authenticate;
mod cancel;
mod confirm;
mod create_intent;
mod dispute;
mod payment_method;
mod refund;
