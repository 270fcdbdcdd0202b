use std::fs;

use xtask::bench::{Column, Options, Plan, run};
use xtask::build::Programs;
use xtask::report::Report;

#[tokio::test]
async fn every_part_is_measured() {
    // As much of the browser's half as pages need to be rendered.
    let site = tempfile::tempdir().unwrap();
    fs::create_dir(site.path().join("pkg")).unwrap();
    fs::write(site.path().join("hash.txt"), "js: 1\nwasm: 1\ncss: 1\n").unwrap();
    for file in ["client.1.js", "client.1.js.br", "client.1.css"] {
        fs::write(site.path().join("pkg").join(file), "1").unwrap();
    }
    let (programs, plan) = (Programs::beside_this_one().unwrap(), Plan::quick());
    let options = Options { programs, site: Some(site.path().to_owned()), parts: Vec::new(), plan };
    let figures = run(&options, "a machine".to_owned(), &Report::silent()).await.unwrap();

    let rows: Vec<_> = figures.sections.iter().flat_map(|section| &section.rows).collect();
    for (name, column) in [
        ("list of 50", Column::Ratio),
        ("one ticket", Column::P999),
        ("search", Column::PerSecond),
        ("current user", Column::Rate),
        ("sign in", Column::P99),
        ("create a ticket", Column::LowestRatio),
        ("reserve a ticket", Column::PerSecond),
        ("200 buyers of one ticket", Column::Median),
        ("a whole purchase", Column::PerSecond),
        ("from an order to its lock", Column::P99),
        ("tickets announced", Column::Ratio),
        ("a hold that is due ends", Column::Longest),
        ("front page", Column::PerSecond),
        ("page of a ticket", Column::Median),
        ("open pages are told", Column::P99),
        ("tickets is ready", Column::Milliseconds),
        ("program orders", Column::Kibibytes),
        ("client.js", Column::Compressed),
    ] {
        let row = rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name} in {rows:?}"));
        assert!(row.figures[&column] > 0.0, "{row:?}");
    }
    if cfg!(target_os = "linux") {
        let user = rows.iter().find(|row| row.name == "current user").unwrap();
        for column in [Column::Cpu, Column::Generator, Column::Resident] {
            assert!(user.figures.contains_key(&column), "{user:?}");
        }
    }
    assert!(figures.compared_with(&figures).lines().skip(2).all(|line| line.ends_with("the same")));
}
