//! One numeric setting over a range: which values to run, and what the curve of their figures shows. The
//! runs themselves are somebody else's.

use crate::figures::Figures;
use units::Micros;

/// How the points of a sweep lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// At equal distances.
    Linear,
    /// At equal ratios; 0, if the range begins there, is a point of its own. Where that is less than a whole
    /// number apart, each whole number is a point.
    Logarithmic,
}

/// The values of a sweep: at most `count` different whole numbers from `from` to `to`, both included, in
/// rising order.
#[must_use]
pub fn sweep_values(from: i64, to: i64, count: u32, spacing: Spacing) -> Vec<i64> {
    let (from, to) = (from.min(to), from.max(to));
    let count = count.max(2);
    match spacing {
        Spacing::Linear => {
            let steps = i64::from(count - 1);
            let mut values: Vec<i64> =
                (0..=steps).map(|step| between(from, to, step, steps)).collect();
            values.dedup();
            values
        }
        Spacing::Logarithmic => {
            // small numbers fall together: there are more steps than points
            let more = (count..4 * count).map(|steps| by_ratio(from, to, i64::from(steps - 1)));
            let fit = more.take_while(|values| values.len() <= count as usize).last();
            fit.unwrap_or_else(|| by_ratio(from, to, 1))
        }
    }
}

fn by_ratio(from: i64, to: i64, steps: i64) -> Vec<i64> {
    let first = from.max(1);
    let steps = if from < first { steps - 1 } else { steps }.max(1);
    let ratio = to.max(1) as f64 / first as f64;
    let value = |step: i64| {
        let power = step as f64 / steps as f64;
        (first as f64 * ratio.powf(power)).round() as i64
    };
    let rising = (0..=steps).map(value).map(|value| value.clamp(first.min(to), to));
    let mut values: Vec<i64> = (from < first).then_some(from).into_iter().chain(rising).collect();
    values.dedup();
    values
}

fn between(from: i64, to: i64, step: i64, steps: i64) -> i64 {
    let span = i128::from(to) - i128::from(from);
    (i128::from(from) + span * i128::from(step) / i128::from(steps)) as i64
}

/// What a run of a sweep came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Median latency.
    pub latency_p50: Micros,
    /// 99th percentile of latency.
    pub latency_p99: Micros,
    /// Acknowledged records a second.
    pub throughput: f64,
    /// Fill of the batches in hundredths.
    pub fill_percent: f64,
    /// Records in a batch, on average.
    pub records_per_batch: f64,
    /// Produce requests.
    pub requests: u32,
    /// Records that failed.
    pub failed: u32,
    /// Acknowledged records that are lost.
    pub lost: u32,
}

impl From<&Figures> for Summary {
    fn from(figures: &Figures) -> Self {
        let batches = f64::from(figures.batches.max(1));
        Self {
            latency_p50: figures.latency_p50,
            latency_p99: figures.latency_p99,
            throughput: figures.throughput,
            fill_percent: figures.fill_percent,
            records_per_batch: f64::from(figures.batched_records) / batches,
            requests: figures.requests,
            failed: figures.failed,
            lost: figures.lost,
        }
    }
}

/// What a point of a sweep came to; `E` is what the settings were refused with.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<E> {
    /// It ran.
    Run(Summary),
    /// Kafka refuses these settings.
    Refused(E),
    /// The run reached a bound before its end: its figures would be those of a part.
    CutShort,
}

/// A point of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point<E> {
    /// The setting's value.
    pub value: i64,
    /// What it came to.
    pub outcome: Outcome<E>,
}

/// A sweep as far as it has run: points are fed in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep<E> {
    points: Vec<Point<E>>,
}

impl<E> Default for Sweep<E> {
    fn default() -> Self {
        Self { points: Vec::new() }
    }
}

/// A line in the chart of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Median latency.
    LatencyP50,
    /// 99th percentile of latency.
    LatencyP99,
    /// Acknowledged records a second.
    Throughput,
    /// Fill of the batches.
    Fill,
    /// Produce requests.
    Requests,
}

impl Series {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] =
        [Self::LatencyP50, Self::LatencyP99, Self::Throughput, Self::Fill, Self::Requests];

    /// The number of a run.
    #[must_use]
    pub fn of(self, summary: &Summary) -> f64 {
        match self {
            Self::LatencyP50 => summary.latency_p50.0 as f64,
            Self::LatencyP99 => summary.latency_p99.0 as f64,
            Self::Throughput => summary.throughput,
            Self::Fill => summary.fill_percent,
            Self::Requests => f64::from(summary.requests),
        }
    }
}

/// What a curve shows. Positions are those of its points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Where it bends most.
    pub knee: Option<Knee>,
    /// Where it turns from rising to falling or back, wiggles of less than a fiftieth of its height left
    /// out: a curve with any is not monotone.
    pub turns: Vec<usize>,
    /// How much it changes from its first point to its first turn, from there to the next, and from the last
    /// one to its last point.
    pub changes: Vec<f64>,
    /// Whether all its numbers are nearly the same.
    pub flat: bool,
}

/// The bend of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knee {
    /// The point.
    pub at: usize,
    /// How much the curve changes from its first point to this one.
    pub before: f64,
    /// How much from this one to its last.
    pub after: f64,
}

impl<E> Sweep<E> {
    /// Adds a point, or puts it in place of the one with its value.
    pub fn add(&mut self, point: Point<E>) {
        match self.points.binary_search_by_key(&point.value, |known| known.value) {
            Ok(position) => self.points[position] = point,
            Err(position) => self.points.insert(position, point),
        }
    }

    /// The points by value.
    #[must_use]
    pub fn points(&self) -> &[Point<E>] {
        &self.points
    }

    /// The points of a series that have run: position in [`Self::points`] and number.
    #[must_use]
    pub fn curve(&self, series: Series) -> Vec<(usize, f64)> {
        let number = |(position, point): (usize, &Point<E>)| match &point.outcome {
            Outcome::Run(summary) => Some((position, series.of(summary))),
            Outcome::Refused(_) | Outcome::CutShort => None,
        };
        self.points.iter().enumerate().filter_map(number).collect()
    }

    /// The point with the best number of a series, the least or for throughput the greatest, if it is worth
    /// a move from `now`. Of equals it is the one that is nearest to `now`.
    #[must_use]
    pub fn better(&self, series: Series, now: Option<i64>) -> Option<usize> {
        let sign = if series == Series::Throughput { -1.0 } else { 1.0 };
        let mut curve = self.curve(series);
        curve.iter_mut().for_each(|(_, number)| *number *= sign);
        let best = curve.iter().map(|(_, number)| *number).min_by(f64::total_cmp)?;
        let value = |place: usize| self.points[place].value;
        if let Some((_, here)) = curve.iter().find(|(place, _)| Some(value(*place)) == now)
            && here - best <= NOTHING * here.abs()
        {
            return None;
        }
        let equals = curve.iter().filter(|(_, number)| *number <= best).map(|(place, _)| *place);
        equals.min_by_key(|place| now.map_or(0, |now| value(*place).abs_diff(now)))
    }

    /// Knee and turns of a series, as the points lie side by side.
    #[must_use]
    pub fn shape(&self, series: Series) -> Shape {
        let curve = self.curve(series);
        let numbers: Vec<f64> = curve.iter().map(|(_, number)| *number).collect();
        let place = |at: usize| curve[at].0;
        let turns = turns(&numbers);
        let ends = [0].into_iter().chain(turns.iter().copied());
        let ends: Vec<usize> = ends.chain(numbers.len().checked_sub(1)).collect();
        let change = |pair: &[usize]| numbers[pair[1]] - numbers[pair[0]];
        Shape {
            knee: knee(&numbers).map(|at| Knee {
                at: place(at),
                before: numbers[at] - numbers[0],
                after: numbers[numbers.len() - 1] - numbers[at],
            }),
            changes: ends.windows(2).map(change).collect(),
            turns: turns.into_iter().map(place).collect(),
            flat: height(&numbers) <= counts(&numbers, 0.0),
        }
    }
}

/// A change of less than this share of what there is, is none.
const NOTHING: f64 = 0.02;

/// How much of a change counts: a share of the curve's height, and of the least number itself, so that a
/// nearly flat curve has neither bends nor turns.
fn counts(numbers: &[f64], share: f64) -> f64 {
    (share * height(numbers)).max(NOTHING * least(numbers).abs())
}

fn least(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::MAX, f64::min)
}

fn height(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(f64::MIN, f64::max) - least(numbers)
}

/// The point farthest from the line between the ends, if it is farther than a tenth of the curve's height.
fn knee(numbers: &[f64]) -> Option<usize> {
    const FAR: f64 = 0.1;
    let last = numbers.len().checked_sub(1).filter(|last| *last >= 2)?;
    let distance = |at: usize| {
        let on_line = numbers[0] + (numbers[last] - numbers[0]) * at as f64 / last as f64;
        (numbers[at] - on_line).abs()
    };
    let farthest = (1..last).max_by(|a, b| distance(*a).total_cmp(&distance(*b)))?;
    (distance(farthest) > counts(numbers, FAR)).then_some(farthest)
}

/// Where a curve turns by more than a fiftieth of its height.
fn turns(numbers: &[f64]) -> Vec<usize> {
    const WIGGLE: f64 = 0.02;
    let least = counts(numbers, WIGGLE);
    let mut turns = Vec::new();
    let (mut low, mut high, mut rising) = (0, 0, None);
    for at in 1..numbers.len() {
        if numbers[at] < numbers[low] {
            low = at;
        }
        if numbers[at] > numbers[high] {
            high = at;
        }
        if rising != Some(true) && numbers[at] - numbers[low] > least {
            if rising == Some(false) {
                turns.push(low);
            }
            (rising, high) = (Some(true), at);
        } else if rising != Some(false) && numbers[high] - numbers[at] > least {
            if rising == Some(true) {
                turns.push(high);
            }
            (rising, low) = (Some(false), at);
        }
        match rising {
            Some(true) if numbers[at] >= numbers[high] => high = at,
            Some(false) if numbers[at] <= numbers[low] => low = at,
            _ => {}
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_whole_rising_and_reach_both_ends() {
        assert_eq!(sweep_values(0, 100, 5, Spacing::Linear), [0, 25, 50, 75, 100]);
        assert_eq!(sweep_values(1, 1_000, 4, Spacing::Logarithmic), [1, 10, 100, 1_000]);
        assert_eq!(sweep_values(0, 100, 4, Spacing::Logarithmic), [0, 1, 10, 100]);
        let linger = sweep_values(0, 100, 50, Spacing::Logarithmic);
        assert_eq!((linger.len(), &linger[..6]), (50, &[0, 1, 2, 3, 4, 5][..]));
        assert_eq!(linger.last(), Some(&100));
        assert_eq!(sweep_values(0, 3, 50, Spacing::Linear), [0, 1, 2, 3]);
        assert_eq!(sweep_values(7, 7, 50, Spacing::Logarithmic), [7]);
        let widest = sweep_values(0, i64::MAX, 3, Spacing::Linear);
        assert_eq!(widest.last(), Some(&i64::MAX));
    }

    #[test]
    fn a_curve_that_falls_and_rises_turns_once() {
        assert_eq!(turns(&[9.0, 5.0, 2.0, 2.01, 4.0, 8.0]), [2]);
        assert_eq!(turns(&[1.0, 2.0, 2.0, 3.0]), [0; 0]);
        assert_eq!(turns(&[1.0, 5.0, 1.0, 5.0]), [1, 2]);
        assert_eq!(turns(&[1.0, 100.0, 99.5, 100.0]), [0; 0], "a wiggle is no turn");
    }

    #[test]
    fn the_knee_is_where_the_curve_leaves_its_chord_most() {
        assert_eq!(knee(&[100.0, 40.0, 10.0, 9.0, 8.0, 7.0]), Some(2));
        assert_eq!(knee(&[1.0, 2.0, 3.0, 4.0]), None, "a straight line has none");
        assert_eq!(knee(&[1.0, 2.0]), None);
    }

    #[test]
    fn points_come_in_any_order_and_refused_ones_are_no_part_of_a_curve() {
        let mut sweep: Sweep<&str> = Sweep::default();
        let run = |p99| Outcome::Run(Summary { latency_p99: Micros(p99), ..Summary::default() });
        sweep.add(Point { value: 10, outcome: run(3) });
        sweep.add(Point { value: 1, outcome: run(9) });
        sweep.add(Point { value: 5, outcome: Outcome::Refused("no") });
        assert_eq!(sweep.curve(Series::LatencyP99), [(0, 9.0), (2, 3.0)]);
        assert_eq!(sweep.better(Series::LatencyP99, None), Some(2));
    }

    fn curve_of(numbers: &[u64]) -> Sweep<()> {
        let mut sweep = Sweep::default();
        for (value, p99) in (0..).zip(numbers) {
            let summary = Summary { latency_p99: Micros(*p99), ..Summary::default() };
            sweep.add(Point { value, outcome: Outcome::Run(summary) });
        }
        sweep
    }

    #[test]
    fn no_move_along_a_flat_curve_is_better() {
        let better = |numbers: &[u64], now| curve_of(numbers).better(Series::LatencyP99, now);
        assert_eq!(better(&[10_200; 6], Some(3)), None);
        assert_eq!(better(&[10_150, 10_200, 10_200], Some(1)), None, "hardly less");
        assert_eq!(better(&[50, 40, 40, 90, 40], Some(3)), Some(2), "the nearest of equals");
        assert_eq!(better(&[50, 40, 40, 90, 40], Some(9)), Some(4), "what runs now has no number");
        assert_eq!(better(&[50, 40, 40, 90, 40], Some(4)), None);
    }

    #[test]
    fn a_nearly_flat_curve_neither_bends_nor_turns() {
        let flat = curve_of(&[10_200, 10_210, 10_190, 10_200, 10_290]).shape(Series::LatencyP99);
        assert_eq!((flat.knee, flat.turns.len()), (None, 0));
        let bent = curve_of(&[9_000, 6_200, 12_000, 30_000, 100_000]).shape(Series::LatencyP99);
        assert_eq!((bent.turns, bent.changes), (vec![1], vec![-2_800.0, 93_800.0]));
    }
}
