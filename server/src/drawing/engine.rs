//! `ECharts` in `QuickJS`, an interpreter without a document, network, files or clock to wait by: JSON goes in, a text comes out.

use super::{DrawError, Limits, Size, Theme, crew};
use rquickjs::{CatchResultExt as _, Context, Function, Runtime};
use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

/// What the script may use of its thread's stack; the rest is for the interpreter's own calls.
const STACK: usize = crew::STACK / 2;

/// Reading the script takes a part of a second.
const START: Duration = Duration::from_secs(20);

pub(super) struct Order {
    /// As JSON.
    pub option: String,
    pub size: Size,
    pub theme: Theme,
    /// What ids in the SVG begin with.
    pub mark: String,
}

pub(super) struct Engine {
    context: Context,
    /// When the running script is stopped.
    until: Rc<Cell<Instant>>,
    limits: Limits,
    pub(super) drawn: u32,
}

impl Engine {
    pub(super) fn new(script: &str, limits: Limits) -> Result<Self, DrawError> {
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(STACK);
        let until = Rc::new(Cell::new(Instant::now() + START));
        let stop = until.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > stop.get())));
        let context = Context::full(&runtime).map_err(failed)?;
        context.with(|ctx| ctx.eval::<(), _>(script).catch(&ctx).map_err(failed))?;
        Ok(Self { context, until, limits, drawn: 0 })
    }

    pub(super) fn draw(&mut self, order: &Order) -> Result<String, DrawError> {
        self.drawn += 1;
        self.until.set(Instant::now() + self.limits.time);
        let Order { option, size, theme, mark } = order;
        let drawn = self.context.with(|ctx| {
            let draw: Function<'_> = ctx.globals().get("draw").catch(&ctx).map_err(failed)?;
            let arguments = (option.as_str(), size.width, size.height, theme.as_str(), mark.as_str());
            draw.call(arguments).catch(&ctx).map_err(failed)
        });
        match drawn {
            Err(DrawError::Script(_)) if Instant::now() > self.until.get() => Err(DrawError::TooLong),
            drawn => drawn,
        }
    }
}

fn failed(error: impl std::fmt::Display) -> DrawError {
    DrawError::Script(error.to_string())
}
