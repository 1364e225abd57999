//! The table: one row a figure, with what it is compared with and what it may be.

/// What a figure may be at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// This many times the floor.
    Times(f64),
    /// This, in the row's own unit.
    AtMost(f64),
    /// Nothing is demanded: the figure stands beside its peer.
    Shown,
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Row {
    what: String,
    unit: &'static str,
    value: f64,
    /// The floor or peer of the same run: its name and its value.
    beside: Option<(&'static str, f64)>,
    budget: Budget,
}

impl Row {
    /// A figure with nothing beside it.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str, budget: Budget) -> Self {
        Self { what: what.into(), unit, value, beside: None, budget }
    }

    /// With its floor or peer.
    pub fn beside(self, name: &'static str, value: f64) -> Self {
        Self { beside: Some((name, value)), ..self }
    }

    fn ratio(&self) -> Option<f64> {
        self.beside.map(|(_, floor)| self.value / floor)
    }

    /// Whether it is within its budget. A ratio without its floor is not.
    pub fn passes(&self) -> bool {
        match self.budget {
            Budget::Times(most) => self.ratio().is_some_and(|ratio| ratio <= most),
            Budget::AtMost(most) => self.value <= most,
            Budget::Shown => true,
        }
    }

    fn cells(&self) -> [String; 6] {
        let number = |value: f64| format!("{value:.*} {}", if value.fract() == 0.0 { 0 } else { 2 }, self.unit);
        [
            self.what.clone(),
            number(self.value),
            self.beside.map_or(String::from("-"), |(name, value)| format!("{} ({name})", number(value))),
            self.ratio().map_or(String::from("-"), |ratio| format!("{ratio:.2}x")),
            match self.budget {
                Budget::Times(most) => format!("<= {most}x"),
                Budget::AtMost(most) => format!("<= {}", number(most)),
                Budget::Shown => String::from("none"),
            },
            String::from(match (self.budget, self.passes()) {
                (Budget::Shown, _) => "shown",
                (_, true) => "PASS",
                (_, false) => "OVER",
            }),
        ]
    }
}

/// The table as text.
pub fn table(rows: &[Row]) -> String {
    let head = ["what", "value", "floor or peer, same run", "ratio", "budget", "verdict"].map(String::from);
    let lines: Vec<[String; 6]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let text = |cells: &[String; 6]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!(" {cell:<width$} "));
        format!("|{}|\n", padded.collect::<Vec<_>>().join("|"))
    };
    let rule = format!("|{}|\n", widths.map(|width| "-".repeat(width + 2)).join("|"));
    let mut lines = lines.iter().map(text);
    lines.next().into_iter().chain(std::iter::once(rule)).chain(lines).collect()
}

/// Shows that the verdict can be OVER: a table that only ever passes proves nothing. Run before every measurement.
pub fn proves_itself() {
    let row = |value, budget| Row::new("x", value, "ms", budget).beside("floor", 2.0);
    assert!(row(6.0, Budget::Times(3.0)).passes());
    assert!(!row(6.1, Budget::Times(3.0)).passes());
    assert!(!Row::new("x", 1.0, "ms", Budget::Times(3.0)).passes(), "a ratio to nothing");
    assert!(!row(1.0, Budget::AtMost(0.0)).passes());
    assert!(row(9e9, Budget::Shown).passes());
    let text = table(&[row(7.0, Budget::Times(3.0))]);
    assert!(["3.50x", "<= 3x", "OVER"].iter().all(|word| text.contains(word)), "{text}");
}
