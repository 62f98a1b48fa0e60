//! Reproducible randomness: `SplitMix64` (Steele, Lea, Flood 2014), so that a seed gives the same trail with every release.

#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for `parts` of a seed.
    pub(super) fn of(seed: u64, parts: &[u64]) -> Self {
        let mut random = Self(seed);
        for part in parts {
            random.0 = random.next() ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `limit` - 1; `limit` must not be 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// 0 to 1, 1 excluded.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// An index, as often as its weight says.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(u64::from(weights.clone().sum::<u32>().max(1)));
        for (index, weight) in weights.enumerate() {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return index,
            }
        }
        0
    }

    /// How many of many rare events happen, where `expected` do on average (Poisson; by its normal limit when large).
    pub(super) fn count(&mut self, expected: f64) -> u32 {
        if expected > 40.0 {
            let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
            return (expected + normal * expected.sqrt()).round().max(0.0) as u32;
        }
        let (limit, mut product, mut count) = ((-expected).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn counts_are_right_on_average() {
        let mut random = Random::new(1);
        for expected in [0.2, 3.0, 39.0, 400.0] {
            let sum: u32 = (0..4000).map(|_| random.count(expected)).sum();
            assert!((f64::from(sum) / 4000.0 / expected - 1.0).abs() < 0.08, "{expected}: {sum}");
        }
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::new(2);
        let mut seen = [0u32; 3];
        for _ in 0..1000 {
            seen[random.weighted([1, 0, 3].into_iter())] += 1;
        }
        assert!(seen[1] == 0 && seen[2] > 2 * seen[0], "{seen:?}");
    }
}
