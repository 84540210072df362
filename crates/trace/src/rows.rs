//! Rows of whole numbers, packed.
//!
//! The last rows stand open, as they came, since amendments reach nearly all rows there. Older ones are
//! packed in blocks, column by column: a line through the block's values, and for each value what lies
//! above that line, in as few bytes as the farthest needs. What is constant or counts up costs nothing
//! for a row.
//!
//! ```text
//! values   70  90  110  135  150     line   70 + 20 i     above it   0 0 0 5 0, a byte each
//! ```

use alloc::vec::Vec;

/// Rows that are packed together.
const BLOCK: usize = 128;

/// Most rows that stand open; the older half of them is packed then.
const OPEN_MAX: usize = 2 * BLOCK;

/// Most columns that a table may have.
const COLUMNS_MAX: usize = 16;

/// Rows of a number of columns that the owner knows, and names in each call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    open: Vec<i64>,
    /// Rows that are packed.
    packed: usize,
    /// One for each column of each block.
    lines: Vec<Line>,
    /// What lies above the lines, by width.
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
    longs: Vec<u64>,
}

/// How wide the numbers above a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    None,
    Byte,
    Short,
    Word,
    Long,
}

impl Width {
    const fn of(above_max: u64) -> Self {
        match above_max {
            0 => Self::None,
            1..=0xff => Self::Byte,
            0x100..=0xffff => Self::Short,
            0x1_0000..=0xffff_ffff => Self::Word,
            _ => Self::Long,
        }
    }
}

/// A column of a block: value i is `base + slope * i` and what lies above that.
#[derive(Clone, Copy, Debug)]
struct Line {
    base: i64,
    /// The slope, times 8, plus the width: 16 bytes for a line.
    slope_and_width: i32,
    /// Where in the vector of its width the block begins.
    above: u32,
}

impl Line {
    const SLOPE_MAX: i64 = i32::MAX as i64 / 8;

    #[allow(clippy::cast_possible_truncation, reason = "callers keep slopes below the limit")]
    const fn new(base: i64, slope: i64, width: Width, above: u32) -> Self {
        Self { base, slope_and_width: (slope as i32) * 8 + width as i32, above }
    }

    const fn width(self) -> Width {
        match self.slope_and_width & 7 {
            0 => Width::None,
            1 => Width::Byte,
            2 => Width::Short,
            3 => Width::Word,
            _ => Width::Long,
        }
    }

    const fn at(self, i: usize) -> i64 {
        self.base.wrapping_add((self.slope_and_width >> 3) as i64 * i as i64)
    }
}

impl Rows {
    /// Number of rows, of `columns` columns each.
    #[allow(clippy::cast_possible_truncation, reason = "a run is bounded far below 2^27 rows")]
    pub(crate) const fn len(&self, columns: usize) -> u32 {
        (self.packed + self.open.len() / columns) as u32
    }

    /// Adds a row like this one, and returns it to be written.
    ///
    /// It is written where it stays: what is written elsewhere number by number and then copied as a
    /// whole makes the processor wait.
    #[inline]
    pub(crate) fn push<const COLUMNS: usize>(
        &mut self,
        like: &[i64; COLUMNS],
    ) -> &mut [i64; COLUMNS] {
        if self.open.len() == OPEN_MAX * COLUMNS {
            self.pack(COLUMNS);
        }
        self.open.extend_from_slice(like);
        self.open.last_chunk_mut().expect("a row has just been added")
    }

    /// The number in a row and column. Panics if there is no such row, as indexing does.
    #[inline]
    pub(crate) fn get(&self, columns: usize, column: usize, row: usize) -> i64 {
        if row >= self.packed {
            return self.open[(row - self.packed) * columns + column];
        }
        self.get_packed(columns, column, row)
    }

    fn get_packed(&self, columns: usize, column: usize, row: usize) -> i64 {
        let i = row % BLOCK;
        let line = self.lines[row / BLOCK * columns + column];
        line.at(i).wrapping_add_unsigned(self.above(line, i))
    }

    fn above(&self, line: Line, i: usize) -> u64 {
        let at = line.above as usize + i;
        match line.width() {
            Width::None => 0,
            Width::Byte => self.bytes[at].into(),
            Width::Short => self.shorts[at].into(),
            Width::Word => self.words[at].into(),
            Width::Long => self.longs[at],
        }
    }

    /// Amends the number in a row and column.
    #[inline]
    pub(crate) fn set(&mut self, columns: usize, column: usize, row: usize, value: i64) {
        if row >= self.packed {
            self.open[(row - self.packed) * columns + column] = value;
        } else {
            self.set_packed(columns, column, row, value);
        }
    }

    fn set_packed(&mut self, columns: usize, column: usize, row: usize, value: i64) {
        let (i, place) = (row % BLOCK, row / BLOCK * columns + column);
        let line = self.lines[place];
        let above = value.wrapping_sub(line.at(i)).cast_unsigned();
        if Width::of(above) > line.width() {
            // the block is packed anew, behind the others
            let first = row - i;
            let mut values = [0; BLOCK];
            for (i, value) in values.iter_mut().enumerate() {
                *value = self.get(columns, column, first + i);
            }
            values[i] = value;
            self.lines[place] = self.pack_column(&values);
            return;
        }
        let at = line.above as usize + i;
        #[allow(clippy::cast_possible_truncation, reason = "the width has just been compared")]
        match line.width() {
            Width::None => {}
            Width::Byte => self.bytes[at] = above as u8,
            Width::Short => self.shorts[at] = above as u16,
            Width::Word => self.words[at] = above as u32,
            Width::Long => self.longs[at] = above,
        }
    }

    /// Packs the older half of the open rows.
    #[inline(never)]
    fn pack(&mut self, columns: usize) {
        assert!(columns <= COLUMNS_MAX, "a table has few columns");
        let half = BLOCK * columns;
        let open = core::mem::take(&mut self.open);
        let bent = bent_columns(&open[..half], columns);
        reserve(&mut self.lines, columns);
        for column in 0..columns {
            let line = if bent[column] == 0 {
                let slope = open[columns + column].wrapping_sub(open[column]);
                Line::new(open[column], slope, Width::None, 0)
            } else {
                let mut values = [0; BLOCK];
                for (value, row) in values.iter_mut().zip(open.chunks_exact(columns)) {
                    *value = row[column];
                }
                self.pack_column(&values)
            };
            self.lines.push(line);
        }
        self.open = open;
        self.open.copy_within(half.., 0);
        self.open.truncate(half);
        self.packed += BLOCK;
    }

    /// Stores a column of a block, along the better of two lines: level, or from end to end.
    fn pack_column(&mut self, values: &[i64; BLOCK]) -> Line {
        let (mut slope, (mut base, mut above)) = (0, spread(values, 0));
        let steep = values[BLOCK - 1].wrapping_sub(values[0]) / (BLOCK as i64 - 1);
        if steep != 0 && steep.abs() <= Line::SLOPE_MAX {
            let (steep_base, steep_above) = spread(values, steep);
            if Width::of(steep_above) < Width::of(above) {
                (slope, base, above) = (steep, steep_base, steep_above);
            }
        }
        let width = Width::of(above);
        let line = Line::new(base, slope, width, 0);
        let above = values.iter().enumerate().map(|(i, v)| v.wrapping_sub(line.at(i)));
        #[allow(clippy::cast_possible_truncation, reason = "the width is that of the farthest")]
        let begin = match width {
            Width::None => 0,
            Width::Byte => append(&mut self.bytes, above.map(|above| above as u8)),
            Width::Short => append(&mut self.shorts, above.map(|above| above as u16)),
            Width::Word => append(&mut self.words, above.map(|above| above as u32)),
            Width::Long => append(&mut self.longs, above.map(i64::cast_unsigned)),
        };
        Line { above: begin, ..line }
    }

    /// Bytes that all this occupies, unused capacity included.
    pub(crate) const fn size(&self) -> usize {
        8 * self.open.capacity()
            + size_of::<Line>() * self.lines.capacity()
            + self.bytes.capacity()
            + 2 * self.shorts.capacity()
            + 4 * self.words.capacity()
            + 8 * self.longs.capacity()
    }
}

/// For each column 0 if the rows of the block lie on a line, and one that can be stored.
///
/// Four columns at a time, row by row: neighbours in memory are then neighbours in the loop, and the
/// compiler makes vectors of them. The last four overlap those before where they must.
fn bent_columns(block: &[i64], columns: usize) -> [i64; COLUMNS_MAX] {
    let mut bent = [0; COLUMNS_MAX];
    let mut first = 0;
    while first < columns {
        if let Some(at) = columns.checked_sub(LANES) {
            first = first.min(at);
            bent[first..first + LANES].copy_from_slice(&bent_lanes::<LANES>(block, columns, first));
            first += LANES;
        } else {
            bent[first..=first].copy_from_slice(&bent_lanes::<1>(block, columns, first));
            first += 1;
        }
    }
    bent
}

/// Columns that are looked at together.
const LANES: usize = 4;

fn bent_lanes<const N: usize>(block: &[i64], columns: usize, first: usize) -> [i64; N] {
    let lanes = |row: &[i64]| -> [i64; N] { core::array::from_fn(|lane| row[first + lane]) };
    let mut row = lanes(block);
    let second = lanes(&block[columns..]);
    let slopes: [i64; N] = core::array::from_fn(|lane| second[lane].wrapping_sub(row[lane]));
    let mut bent =
        slopes.map(|slope| i64::from(slope.unsigned_abs() > Line::SLOPE_MAX.unsigned_abs()));
    for next in block.chunks_exact(columns).skip(1).map(lanes) {
        for lane in 0..N {
            bent[lane] |= next[lane].wrapping_sub(row[lane]) ^ slopes[lane];
        }
        row = next;
    }
    bent
}

/// The lowest point of a line of this slope below all values, and how far the farthest lies above it.
fn spread(values: &[i64; BLOCK], slope: i64) -> (i64, u64) {
    let (mut low, mut high, mut along) = (i64::MAX, i64::MIN, 0_i64);
    for value in values {
        let value = value.wrapping_sub(along);
        low = low.min(value);
        high = high.max(value);
        along += slope;
    }
    (low, high.wrapping_sub(low).cast_unsigned())
}

/// Appends the numbers of a block and returns where they begin.
fn append<T>(to: &mut Vec<T>, numbers: impl Iterator<Item = T>) -> u32 {
    let begin = u32::try_from(to.len()).expect("a run is bounded far below 2^32 numbers");
    reserve(to, BLOCK);
    to.extend(numbers);
    begin
}

/// Makes room by a quarter at a time: what is unused stays small beside what is used.
fn reserve<T>(to: &mut Vec<T>, more: usize) {
    if to.capacity() - to.len() < more {
        to.reserve_exact(more.max(to.len() / 4));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn packed(values: &[i64]) -> Rows {
        let mut rows = Rows::default();
        for value in values {
            rows.push(&[*value, 7]);
        }
        rows
    }

    fn read(rows: &Rows) -> Vec<i64> {
        (0..rows.len(2) as usize).map(|row| rows.get(2, 0, row)).collect()
    }

    #[test]
    fn what_was_put_in_comes_out_whatever_its_shape() {
        let shapes: [fn(i64) -> i64; 8] = [
            |i| i,
            |_| i64::MAX,
            |i| if i % 3 == 0 { i64::MIN } else { i64::MAX },
            |i| i * 20 + (i * 7919) % 300,
            |i| i / 50,
            |i| -i * 400_000_000,
            |i| (i % 150) * 70_000,
            |i| if i == 100 { i64::MAX } else { 2 * i },
        ];
        for shape in shapes {
            let values: Vec<i64> = (0..1000).map(shape).collect();
            assert_eq!(read(&packed(&values)), values);
        }
    }

    #[test]
    fn a_packed_row_can_be_amended_within_its_width_and_beyond() {
        let mut values: Vec<i64> = (0..600).map(|i| i % 10).collect();
        let mut rows = packed(&values);
        for (row, value) in [(5, 9), (6, -1), (7, 300), (200, i64::MAX), (201, 3), (599, 70_000)] {
            values[row] = value;
            rows.set(2, 0, row, value);
            assert_eq!(read(&rows), values);
            assert!((0..600).all(|row| rows.get(2, 1, row) == 7));
        }
    }

    #[test]
    fn what_counts_up_costs_lines_alone() {
        let values: Vec<i64> = (0..100_000).map(|i| 40 * i - 3).collect();
        let rows = packed(&values);
        let blocks = 100_000 / BLOCK;
        let open = 8 * 2 * OPEN_MAX;
        assert!(rows.size() <= blocks * 2 * size_of::<Line>() * 5 / 4 + open, "{}", rows.size());
    }
}
