//! Emptied nodes and busy hours.

use serde_json::{Value, json};

use crate::checked::{Break, at, finds, holds};
use crate::objects::{find, has_labels, kind, lasting, name, number, of_kind, pod, text, title};
use crate::rendered::{APPLIED, Set};

/// How few pods of a workload there may be.
pub fn fewest(objects: &[Value], workload: &Value) -> u64 {
    let scaled = of_kind(objects, "HorizontalPodAutoscaler").find(|scaler| scales(scaler, workload));
    let least = scaled.map_or_else(|| number(workload, "/spec/replicas"), |scaler| number(scaler, "/spec/minReplicas"));
    least.unwrap_or(1)
}

fn scales(scaler: &Value, workload: &Value) -> bool {
    text(scaler, "/spec/scaleTargetRef/kind") == kind(workload)
        && text(scaler, "/spec/scaleTargetRef/name") == name(workload)
        && text(scaler, "/spec/scaleTargetRef/apiVersion") == text(workload, "/apiVersion")
}

/// A budget is for one workload, and lets at least one of its pods go.
fn budgets(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    let budgets = || of_kind(objects, "PodDisruptionBudget");
    let covers = |budget: &Value, workload: &Value| {
        let selector = budget.pointer("/spec/selector/matchLabels").unwrap_or(&Value::Null);
        has_labels(pod(workload).unwrap_or(&Value::Null), selector)
    };
    for budget in budgets() {
        let covered: Vec<&Value> = lasting(objects).map(|(it, _)| it).filter(|it| covers(budget, it)).collect();
        let [workload] = covered.as_slice() else {
            found.push(format!("{}: is for {} workloads", title(budget), covered.len()));
            continue;
        };
        let there = fewest(objects, workload);
        let may_go = match (number(budget, "/spec/maxUnavailable"), number(budget, "/spec/minAvailable")) {
            (Some(away), None) => away,
            (None, Some(kept)) => there.saturating_sub(kept),
            _ => 0,
        };
        if may_go == 0 {
            found.push(format!("{}: of {there} pods none may go", title(budget)));
        }
    }
    // A set with budgets has one for each workload.
    for (workload, _) in lasting(objects).filter(|_| budgets().next().is_some()) {
        let of_it = budgets().filter(|budget| covers(budget, workload)).count();
        if of_it != 1 {
            found.push(format!("{}: has {of_it} budgets", title(workload)));
        }
    }
    found
}

/// Nothing but the scaler says how many there are.
fn scalers(objects: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for scaler in of_kind(objects, "HorizontalPodAutoscaler") {
        let target = find(objects, "Deployment", text(scaler, "/spec/scaleTargetRef/name"));
        match target.filter(|target| scales(scaler, target)) {
            None => found.push(format!("{}: scales what is not there", title(scaler))),
            Some(target) if target.pointer("/spec/replicas").is_some() => {
                found.push(format!("{}: fixes its replicas against {}", title(target), title(scaler)));
            }
            Some(_) => {}
        }
        if number(scaler, "/spec/minReplicas").unwrap_or(1) > number(scaler, "/spec/maxReplicas").unwrap_or(0) {
            found.push(format!("{}: has no room between its bounds", title(scaler)));
        }
    }
    found
}

/// Where one pod is lost, another answers. The Redis is the one that may be away.
fn doubles(objects: &[Value]) -> Vec<String> {
    let single = lasting(objects).map(|(object, _)| object).filter(|object| fewest(objects, object) < 2);
    let single = single.filter(|object| name(object) != "expiration-redis-depl");
    single.map(|object| format!("{}: there is only one", title(object))).collect()
}

#[test]
fn a_node_can_be_emptied_and_the_shop_stays() {
    const SPEC: &str = "/spec";
    holds(&APPLIED, budgets);
    holds(&[Set::Prod, Set::ProdWithAll], doubles);
    assert!(of_kind(&Set::Prod.objects(), "PodDisruptionBudget").next().is_some());
    let breaks: &[Break] = &[
        (
            "PodDisruptionBudget/auth",
            |it| *at(it, SPEC) = json!({ "minAvailable": 2, "selector": it["spec"]["selector"] }),
            "none may go",
        ),
        ("PodDisruptionBudget/auth", |it| at(it, SPEC)["maxUnavailable"] = 0.into(), "none may go"),
        ("PodDisruptionBudget/auth", |it| at(it, "/spec/selector/matchLabels")["app"] = "gone".into(), "is for 0"),
        ("PodDisruptionBudget/auth", |it| at(it, "/spec/selector/matchLabels")["app"] = "gone".into(), "has 0 budgets"),
        (
            "PodDisruptionBudget/auth",
            |it| at(it, "/spec/selector/matchLabels")["app"] = "orders".into(),
            "has 2 budgets",
        ),
    ];
    finds(Set::Prod, breaks, budgets);
    let one: &[Break] = &[("StatefulSet/nats-depl", |it| at(it, SPEC)["replicas"] = 1.into(), "only one")];
    finds(Set::Prod, one, doubles);
}

#[test]
fn what_is_scaled_is_there_and_only_the_scaler_says_how_many() {
    holds(&APPLIED, scalers);
    assert!(of_kind(&Set::Prod.objects(), "HorizontalPodAutoscaler").next().is_some());
    let breaks: &[Break] = &[
        ("Deployment/auth-depl", |it| at(it, "/spec")["replicas"] = 2.into(), "fixes its replicas"),
        ("Deployment/auth-depl", |it| at(it, "/metadata")["name"] = "other".into(), "is not there"),
        ("HorizontalPodAutoscaler/auth", |it| at(it, "/spec")["minReplicas"] = 9.into(), "no room"),
        (
            "HorizontalPodAutoscaler/auth",
            |it| at(it, "/spec/scaleTargetRef")["apiVersion"] = "v1".into(),
            "is not there",
        ),
    ];
    finds(Set::Prod, breaks, scalers);
}
