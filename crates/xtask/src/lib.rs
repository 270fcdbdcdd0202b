//! The local stack: its stores, its services, the gateway in front of them,
//! and the commands (`cargo xtask …`) that run, test and measure it.

pub mod bench;
pub mod browser;
pub mod build;
pub mod commands;
pub mod demo;
pub mod env;
pub mod gateway;
pub mod install;
pub mod ports;
pub mod process;
pub mod report;
pub mod seed;
pub mod shopper;
pub mod stack;
pub mod stores;
pub mod wait;
