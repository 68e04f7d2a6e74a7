//! The paper: A4 with the margins of the decree.

/// A sheet of paper; all lengths in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) landscape: bool,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// Distance of what stands in the upper margin from the edge.
    pub(crate) header: f32,
}

impl Sheet {
    /// A4: margins of 20 mm above and below, 30 mm on the left, 15 mm on the right.
    pub(crate) fn new(landscape: bool) -> Self {
        let (short, long) = (millimetres(210.0), millimetres(297.0));
        let (width, height) = if landscape { (long, short) } else { (short, long) };
        Self {
            landscape,
            width,
            height,
            top: millimetres(20.0),
            bottom: millimetres(20.0),
            left: millimetres(30.0),
            right: millimetres(15.0),
            header: millimetres(8.0),
        }
    }

    /// Width between the margins.
    pub(crate) fn text_width(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// Height between the margins.
    pub(crate) fn text_height(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

fn millimetres(length: f32) -> f32 {
    length * 72.0 / 25.4
}
