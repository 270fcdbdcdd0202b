//! How many pods there are while nodes are drained and load changes.

use crate::support::prelude::*;

/// The smallest number of pods that a workload may have.
pub fn fewest(objects: &[Value], workload: &Value) -> u64 {
    let scaler = of_kind(objects, "HorizontalPodAutoscaler").find(|scaler| scales(scaler, workload));
    scaler.map_or_else(|| number(workload, "/spec/replicas"), |scaler| number(scaler, "/spec/minReplicas")).unwrap_or(1)
}

fn scales(scaler: &Value, workload: &Value) -> bool {
    let target = |key: &str| text(scaler, &format!("/spec/scaleTargetRef/{key}"));
    [target("kind"), target("name"), target("apiVersion")]
        == [kind(workload), name(workload), text(workload, "/apiVersion")]
}

/// A budget is for one workload and lets at least one of its pods go; in a set with
/// budgets, every workload has one.
fn budgets(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    let budgets: Vec<&Value> = of_kind(objects, "PodDisruptionBudget").collect();
    for (workload, pod) in lasting(objects).filter(|_| !budgets.is_empty()) {
        let its = budgets.iter().filter(|it| has_labels(pod, &it["spec"]["selector"]["matchLabels"]));
        let its: Vec<_> = its.collect();
        let [budget] = its.as_slice() else {
            found.push(format!("{} has {} budgets, not one", title(workload), its.len()));
            continue;
        };
        let pods = fewest(objects, workload);
        let may_go = match (number(budget, "/spec/maxUnavailable"), number(budget, "/spec/minAvailable")) {
            (Some(away), None) => away,
            (None, Some(kept)) => pods.saturating_sub(kept),
            _ => 0,
        };
        if may_go == 0 {
            found.push(format!("{}: of {pods} pods none may go, which blocks every drain", title(budget)));
        }
    }
    if budgets.len() > lasting(objects).count() {
        found.push(format!("{} budgets are more than there are workloads", budgets.len()));
    }
    found
}

/// Only the autoscaler sets the number of replicas, and its target exists.
fn scalers(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for scaler in of_kind(objects, "HorizontalPodAutoscaler") {
        let target = find(objects, "Deployment", text(scaler, "/spec/scaleTargetRef/name"));
        match target.filter(|target| scales(scaler, target)) {
            None => found.push(format!("{} has no target", title(scaler))),
            Some(target) if target.pointer("/spec/replicas").is_some() => {
                found.push(format!("{}: remove its replicas, which {} sets", title(target), title(scaler)));
            }
            Some(_) => {}
        }
        if number(scaler, "/spec/minReplicas").unwrap_or(1) > number(scaler, "/spec/maxReplicas").unwrap_or(0) {
            found.push(format!("{}: its minimum is above its maximum", title(scaler)));
        }
    }
    found
}

/// Everything has a second replica but Redis, whose absence delays the end of holds only.
fn single(objects: &[Value]) -> Vec<String> {
    let single = lasting(objects).map(|(object, _)| object).filter(|object| fewest(objects, object) < 2);
    let single = single.filter(|object| name(object) != "expiration-redis-depl");
    single.map(|object| format!("{} has a single replica", title(object))).collect()
}

#[test]
fn a_node_can_be_drained_without_an_outage() {
    const BUDGETS: &[Break] = &[
        ("PodDisruptionBudget/auth spec/maxUnavailable 0", "none may go"),
        ("PodDisruptionBudget/auth spec/minAvailable 1", "none may go"),
        ("PodDisruptionBudget/auth spec/selector/matchLabels/app gone", "auth-depl has 0 budgets"),
        ("PodDisruptionBudget/auth spec/selector/matchLabels/app orders", "orders-depl has 2 budgets"),
    ];
    check(&APPLIED, budgets, BUDGETS);
    let mut spare = Set::Prod.objects().to_vec();
    spare.push(find(&spare, "PodDisruptionBudget", "auth").unwrap().clone());
    edit(spare.last_mut().unwrap(), "spec/selector/matchLabels/app gone");
    found("a spare budget", "more than there are workloads", &budgets(&spare));
    check(&PRODUCTION, single, &[("StatefulSet/nats-depl spec/replicas 1", "single replica")]);
    assert!(of_kind(Set::Prod.objects(), "PodDisruptionBudget").count() > 0);
}

#[test]
fn an_autoscaler_has_a_target_and_alone_sets_its_replicas() {
    const SCALERS: &[Break] = &[
        ("Deployment/auth-depl spec/replicas 2", "remove its replicas"),
        ("Deployment/auth-depl metadata/name other", "has no target"),
        ("HorizontalPodAutoscaler/auth spec/minReplicas 9", "above its maximum"),
        ("HorizontalPodAutoscaler/auth spec/scaleTargetRef/apiVersion v1", "has no target"),
    ];
    check(&PRODUCTION, scalers, SCALERS);
}
