//! `cargo xtask budgets`: flash, RAM and instructions of builds for a device,
//! against what they may be.

mod board;
mod elf;
mod limits;
mod reference;

use anyhow::{Result, bail, ensure};
use limits::{BUDGETS, Budget};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail when a figure is above its budget
    #[arg(long)]
    check: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Print so many of the largest symbols of the reference application instead
    #[arg(long, value_name = "COUNT")]
    symbols: Option<usize>,
}

/// One measured figure.
struct Figure {
    /// Its name in [`BUDGETS`].
    name: &'static str,
    value: u64,
}

/// Where figures come from: each builds something, and measures it.
const SOURCES: &[fn() -> Result<Vec<Figure>>] = &[reference::figures, board::figures];

pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(count) = options.symbols {
        return reference::print_symbols(count);
    }
    let mut figures = Vec::new();
    for source in SOURCES {
        figures.extend(source()?);
    }
    let rows = rows(&figures)?;
    if options.json {
        println!("{}", json(&rows));
    } else {
        print_table(&rows);
    }
    if options.check {
        check(&rows)?;
    }
    Ok(())
}

/// Everything there is a budget for: nothing passes because it was not
/// measured.
pub(crate) fn check_all() -> Result<()> {
    run(&Options {
        check: true,
        json: false,
        symbols: None,
    })
}

/// A budget with what was measured.
struct Row {
    budget: &'static Budget,
    value: u64,
}

fn rows(figures: &[Figure]) -> Result<Vec<Row>> {
    let known = |figure: &&Figure| BUDGETS.iter().any(|budget| budget.name == figure.name);
    if let Some(figure) = figures.iter().find(|figure| !known(figure)) {
        bail!("no row of BUDGETS is named {}", figure.name);
    }
    let row = |budget: &'static Budget| {
        let figure = figures.iter().find(|figure| figure.name == budget.name);
        ensure!(figure.is_some(), "{} was not measured", budget.name);
        Ok(figure.map(|figure| Row {
            budget,
            value: figure.value,
        }))
    };
    BUDGETS
        .iter()
        .filter_map(|budget| row(budget).transpose())
        .collect()
}

fn check(rows: &[Row]) -> Result<()> {
    let above = rows.iter().filter(|row| row.is_above());
    let above: Vec<String> = above
        .map(|row| {
            let Budget {
                name,
                unit,
                at_most,
                ..
            } = row.budget;
            let at_most = at_most.unwrap_or_default();
            format!("{name}: {} {unit}, at most {at_most}", row.value)
        })
        .collect();
    if !above.is_empty() {
        bail!("above the budget: {}", above.join("; "));
    }
    Ok(())
}

impl Row {
    fn is_above(&self) -> bool {
        self.budget
            .at_most
            .is_some_and(|at_most| self.value > at_most)
    }
}

fn print_table(rows: &[Row]) {
    println!("{:<36}{:>9}{:>9}  ", "figure", "value", "at most");
    for row in rows {
        let Budget {
            name,
            unit,
            at_most,
            ..
        } = row.budget;
        let at_most = at_most.map_or("-".to_owned(), |at_most| at_most.to_string());
        let mark = if row.is_above() { "  ABOVE" } else { "" };
        println!("{name:<36}{:>9}{at_most:>9}  {unit}{mark}", row.value);
    }
}

fn json(rows: &[Row]) -> serde_json::Value {
    let row = |row: &Row| {
        serde_json::json!({
            "name": row.budget.name,
            "unit": row.budget.unit,
            "value": row.value,
            "at_most": row.budget.at_most,
            "why": row.budget.why,
        })
    };
    rows.iter().map(row).collect()
}
