//! What can be checked of the manifests, the images' recipe and the workflows without a
//! cluster. Every check is also given something broken.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod availability;
mod dockerfile;
mod documents;
mod drains;
mod env_example;
mod environment;
mod images;
mod ingress;
mod linters;
mod mongo;
mod network;
mod probes;
mod references;
mod renders;
mod renovate;
mod restricted;
mod roll_out;
mod secrets;
mod served;
mod services;
mod settings;
mod skaffold;
mod starts;
mod support;
mod workflows;
