//! Every check of ours is a function from objects to problems. Here it is run on
//! what is there, and on copies that are broken on purpose.

use serde_json::Value;

use crate::objects::title;
use crate::rendered::Set;

/// The check finds nothing in any of the sets.
pub fn holds(sets: &[Set], problems: impl Fn(&[Value]) -> Vec<String>) {
    let found: Vec<String> = sets
        .iter()
        .flat_map(|set| problems(&set.objects()).into_iter().map(move |problem| format!("{set:?}: {problem}")))
        .collect();
    none(&found);
}

/// There are no problems.
pub fn none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problem(s):\n  {}", problems.len(), problems.join("\n  "));
}

/// What is broken, how, and a part of what the check must say then.
pub type Break = (&'static str, fn(&mut Value), &'static str);

/// Each of the breaks, alone, is found by the check.
pub fn finds(set: Set, breaks: &[Break], problems: impl Fn(&[Value]) -> Vec<String>) {
    let objects = set.objects();
    let before = problems(&objects);
    for (object, change, said) in breaks {
        let after = problems(&broken(&objects, object, change));
        let new: Vec<&String> = after.iter().filter(|problem| !before.contains(problem)).collect();
        assert!(new.iter().any(|problem| problem.contains(said)), "{object} was broken; not {said:?} but {new:?}");
    }
}

/// A copy in which one object is changed.
pub fn broken(objects: &[Value], broken: &str, change: impl FnOnce(&mut Value)) -> Vec<Value> {
    let mut copy = objects.to_vec();
    let object = copy.iter_mut().find(|object| title(object) == broken);
    change(object.unwrap_or_else(|| panic!("there is no {broken} to break")));
    copy
}

/// What stands at a pointer, to be changed.
pub fn at<'a>(object: &'a mut Value, pointer: &str) -> &'a mut Value {
    object.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// Takes a key out of what stands at a pointer.
pub fn remove(object: &mut Value, pointer: &str, key: &str) {
    let removed = at(object, pointer).as_object_mut().unwrap().remove(key);
    assert!(removed.is_some(), "no {key} at {pointer}");
}
