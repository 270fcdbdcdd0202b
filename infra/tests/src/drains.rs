//! A program has the time that it needs to stop.

use crate::support::prelude::*;

/// How long a program takes at most from SIGTERM to its exit.
const DRAIN_SECONDS: u64 = 20;

/// How long proxies go on sending requests to a pod that is being removed.
const PROXY_SECONDS: u64 = 5;

fn problems(objects: &[Value]) -> Vec<String> {
    let of = |(object, pod): (&Value, &Value)| {
        let program = list(pod, "/spec/containers").iter().find(|it| our_program(it).is_some())?;
        let grace = number(pod, "/spec/terminationGracePeriodSeconds").unwrap_or(30);
        let pause = number(program, "/lifecycle/preStop/sleep/seconds").unwrap_or(0);
        let rules = [
            (pause >= PROXY_SECONDS, format!("sleeps {pause} s before it stops, proxies take {PROXY_SECONDS} s")),
            (grace > pause + DRAIN_SECONDS, format!("is killed after {grace} s, takes {pause} + {DRAIN_SECONDS} s")),
            (text(object, "/spec/strategy/type") != "Recreate", "is down while it is replaced".to_owned()),
        ];
        Some(unkept(rules.map(|(kept, message)| (kept, format!("{} {message}", title(object))))))
    };
    lasting(objects).filter_map(of).flatten().collect()
}

#[test]
fn a_program_has_the_time_to_finish_its_work() {
    check(
        &APPLIED,
        problems,
        &[
            ("Deployment/auth-depl pod/terminationGracePeriodSeconds 30", "is killed after 30 s"),
            ("Deployment/auth-depl c0/lifecycle", "sleeps 0 s"),
            ("Deployment/auth-depl spec/strategy {type: Recreate}", "is down"),
        ],
    );
}
