//! What can be known of the manifests, the images' recipe and the workflows
//! without a cluster. Every check of ours is also given something broken.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod advice;
mod amounts;
mod availability;
mod cargo;
mod checked;
mod checkov;
mod dockerfile;
mod drains;
mod environment;
mod events;
mod hardening;
mod images;
mod limits;
mod linters;
mod mongo;
mod network;
mod node;
mod objects;
mod probes;
mod programs;
mod readmes;
mod references;
mod rendered;
mod renders;
mod renovate;
mod roll_out;
mod routes;
mod schemas;
mod secrets;
mod served;
mod services;
mod settings;
mod skaffold;
mod starts;
mod tools;
mod workflows;
