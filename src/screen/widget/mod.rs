//! Blocks made into lines. Each file draws one family of blocks; `lay` sends a block to its file.

pub mod bars;
mod field;
pub mod laid;
mod photo;
mod rows;
mod table;
mod text;
pub mod wrap;

pub use rows::{remark as choice_remark, step_seconds, step_word};
pub use table::row_lines;
pub use text::mark;

use super::page::Block;
use super::theme::Theme;
use crate::words::Words;
use laid::Laid;

/// What a widget draws with: styles, the renderer's own few words, and the room there is.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The styles.
    pub theme: &'a Theme,
    /// The renderer's own words: step states, headings of problems.
    pub words: &'a Words,
    /// Cells in a line.
    pub width: usize,
    /// Lines that are seen at once: a picture takes no more.
    pub rows: usize,
    /// The holder looks at it: large, centred.
    pub holder: bool,
}

impl Pen<'_> {
    /// Below this, labels stand above their values.
    const STACKED_BELOW: usize = 50;

    /// The same pen for a column of another width.
    #[must_use]
    pub fn with_width(self, width: usize) -> Self {
        Self { width, ..self }
    }

    /// Whether there is too little room for labels beside values.
    pub fn is_stacked(&self) -> bool {
        self.width < Self::STACKED_BELOW
    }
}

/// The blocks from top to bottom.
pub fn lay_all(pen: Pen<'_>, blocks: &[Block]) -> Laid {
    let mut all = Laid::default();
    for (index, block) in blocks.iter().enumerate() {
        let mut laid = lay(pen, block);
        if pen.holder {
            if matches!(block, Block::Paragraph(_) | Block::Heading(_) | Block::Big(_) | Block::Notice(..)) {
                laid.centre_each_line(pen.width);
            } else {
                laid.centre(pen.width);
            }
            if index > 0 {
                all.gap();
            }
        }
        all.append(laid);
    }
    all
}

/// One block.
pub fn lay(pen: Pen<'_>, block: &Block) -> Laid {
    match block {
        Block::Paragraph(words) => text::paragraph(pen, words),
        Block::Heading(words) => text::heading(pen, words),
        Block::Big(words) => text::big(pen, words),
        Block::Gap => text::gap(),
        Block::Rule => text::rule(pen),
        Block::Notice(tone, words) => text::notice(pen, *tone, words),
        Block::Choices(choices) => rows::choices(pen, choices),
        Block::Tasks(tasks) => rows::tasks(pen, tasks),
        Block::Fields(fields) => field::fields(pen, fields),
        Block::Secret(secret) => field::secret(pen, secret),
        Block::Facts(facts) => text::facts(pen, facts),
        Block::Pairs(pairs) => text::pairs(pen, pairs),
        Block::Steps(steps) => rows::steps(pen, steps),
        Block::Problem(problem) => text::problem(pen, problem),
        Block::ErrorSummary(errors) => text::error_summary(pen, errors),
        Block::Table(table) => table::table(pen, table),
        Block::Photo(photo) => photo::photo(pen, photo),
        Block::Verbatim(verbatim) => field::verbatim(pen, verbatim),
    }
}
