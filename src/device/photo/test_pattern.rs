//! A drawn portrait for demonstrations and tests. Nobody could take it for a photo, and it says TEST.

use super::picture::Picture;

/// Size of a test portrait: 4:5, enough for the largest card photo.
const SIZE: (u32, u32) = (640, 800);

/// A drawn head and shoulders with the word TEST on the clothes. The same seed gives the same picture; different seeds
/// give people that can be told apart. The skin colours are no skin colours.
pub fn test_portrait(seed: u64) -> Picture {
    let look = Look::of(seed);
    let mut canvas = Canvas { pixels: vec![look.wall; SIZE.0 as usize * SIZE.1 as usize] };
    look.paint(&mut canvas);
    let rgb: Vec<u8> = canvas.pixels.iter().flatten().map(|c| c.round().clamp(0.0, 255.0) as u8).collect();
    let picture = Picture::from_rgb(SIZE.0, SIZE.1, rgb);
    picture.unwrap_or_else(|| unreachable!("wrong size")) // can't fail: the canvas has exactly these pixels
}

type Colour = [f32; 3];

/// Colours of faces: none of them human.
const FACES: [Colour; 6] = [
    [126.0, 170.0, 188.0],
    [170.0, 188.0, 120.0],
    [188.0, 150.0, 190.0],
    [110.0, 178.0, 150.0],
    [196.0, 176.0, 110.0],
    [150.0, 156.0, 200.0],
];
const HAIRS: [Colour; 5] =
    [[40.0, 36.0, 60.0], [96.0, 52.0, 40.0], [70.0, 74.0, 80.0], [120.0, 90.0, 30.0], [30.0, 70.0, 66.0]];
const CLOTHES: [Colour; 5] =
    [[44.0, 72.0, 120.0], [112.0, 44.0, 60.0], [40.0, 96.0, 70.0], [90.0, 70.0, 120.0], [70.0, 70.0, 74.0]];
const WALLS: [Colour; 3] = [[214.0, 218.0, 222.0], [222.0, 220.0, 210.0], [210.0, 220.0, 214.0]];
const DARK: Colour = [34.0, 34.0, 40.0];
const WHITE: Colour = [244.0, 244.0, 244.0];

struct Look {
    face: Colour,
    hair: Colour,
    clothes: Colour,
    wall: Colour,
    head: (f32, f32),
    hair_length: f32,
    glasses: bool,
    smile: f32,
}

impl Look {
    fn of(seed: u64) -> Self {
        // SplitMix64: one number gives as many unrelated ones as are needed.
        let mut state = seed;
        let mut next = |below: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % below
        };
        let mut pick = |from: &[Colour]| from[next(from.len() as u64) as usize];
        let (face, hair, clothes, wall) = (pick(&FACES), pick(&HAIRS), pick(&CLOTHES), pick(&WALLS));
        let mut between = |low: f32, high: f32| low + (high - low) * next(1000) as f32 / 1000.0;
        Self {
            face,
            hair,
            clothes,
            wall,
            head: (between(0.215, 0.25), between(0.30, 0.335)),
            hair_length: between(0.42, 0.86),
            glasses: between(0.0, 1.0) > 0.6,
            smile: between(0.0, 0.03),
        }
    }

    /// The layers from back to front.
    fn paint(&self, canvas: &mut Canvas) {
        let (rx, ry) = self.head;
        canvas.ellipse(self.hair, (0.5, 0.50), (rx * 1.22, ry * 1.18), |(_, y)| edge(self.hair_length - y));
        canvas.lay(self.face.map(|v| v * 0.88), (0.40, 0.69, 0.60, 1.03), |(x, y)| {
            edge(0.09 - (x - 0.5).abs()).min(edge(y - 0.70)).min(edge(1.02 - y))
        });
        canvas.ellipse(self.clothes, (0.5, 1.30), (0.46, 0.40), |_| 1.0);
        canvas.lay(WHITE, (0.2, 1.0, 0.8, 1.25), |at| word(at, (0.5, 1.13), 0.022));
        canvas.ellipse(self.face, (0.5, 0.56), (rx, ry), |_| 1.0);
        let fringe = |(x, y): (f32, f32)| edge(0.39 - y + (x - 0.5).abs() * 0.25);
        canvas.ellipse(self.hair, (0.5, 0.56), (rx * 1.05, ry * 1.05), fringe);
        for side in [-1.0, 1.0] {
            self.paint_eye(canvas, (0.5 + side * rx * 0.42, 0.545));
        }
        canvas.ellipse(self.face.map(|v| v * 0.72), (0.5, 0.645), (0.020, 0.034), |_| 1.0);
        canvas.lay(DARK, (0.42, 0.68, 0.58, 0.78), |(x, y)| {
            let mouth = ((y - 0.735) + self.smile * ((x - 0.5) / 0.07).powi(2)).abs();
            edge(0.007 - mouth).min(edge(0.075 - (x - 0.5).abs()))
        });
    }

    fn paint_eye(&self, canvas: &mut Canvas, eye: (f32, f32)) {
        canvas.ellipse(DARK, (eye.0, 0.495), (0.045, 0.010), |_| 1.0);
        canvas.ellipse(WHITE, eye, (0.036, 0.020), |_| 1.0);
        canvas.ellipse(DARK, eye, (0.016, 0.017), |_| 1.0);
        if self.glasses {
            canvas.ellipse(DARK, eye, (0.070, 0.055), |at| 1.0 - ellipse(at, eye, (0.062, 0.047)));
        }
    }
}

/// Pixels to paint on. Places are in units of the picture's width.
struct Canvas {
    pixels: Vec<Colour>,
}

impl Canvas {
    /// Lays a colour over the pixels inside `bounds` (left, top, right, bottom), each by how much of it is covered.
    fn lay(&mut self, colour: Colour, bounds: (f32, f32, f32, f32), cover: impl Fn((f32, f32)) -> f32) {
        let unit = SIZE.0 as f32;
        let pixel = |place: f32, most: u32| ((place * unit).max(0.0) as u32).min(most);
        let (left, right) = (pixel(bounds.0, SIZE.0), pixel(bounds.2 + 2.0 / unit, SIZE.0));
        for y in pixel(bounds.1, SIZE.1)..pixel(bounds.3 + 2.0 / unit, SIZE.1) {
            for x in left..right {
                let part = cover(((x as f32 + 0.5) / unit, (y as f32 + 0.5) / unit));
                let Some(under) = self.pixels.get_mut((y * SIZE.0 + x) as usize).filter(|_| part > 0.0) else {
                    continue;
                };
                for (under, over) in under.iter_mut().zip(colour) {
                    *under += (over - *under) * part;
                }
            }
        }
    }

    /// An ellipse, where `within` allows it.
    fn ellipse(&mut self, colour: Colour, c: (f32, f32), r: (f32, f32), within: impl Fn((f32, f32)) -> f32) {
        let soft = 2.0 / SIZE.0 as f32;
        let bounds = (c.0 - r.0 - soft, c.1 - r.1 - soft, c.0 + r.0 + soft, c.1 + r.1 + soft);
        self.lay(colour, bounds, |at| ellipse(at, c, r).min(within(at)));
    }
}

/// How much of a pixel lies inside, for a distance to the edge (inside is positive): a soft edge of two pixels.
fn edge(inside: f32) -> f32 {
    (inside * SIZE.0 as f32 / 2.0 + 0.5).clamp(0.0, 1.0)
}

fn ellipse((x, y): (f32, f32), (cx, cy): (f32, f32), (rx, ry): (f32, f32)) -> f32 {
    let (u, v) = ((x - cx) / rx, (y - cy) / ry);
    let from_centre = u.hypot(v);
    edge((1.0 - from_centre) * rx.min(ry))
}

/// T, E and S in 5 x 7 dots, one row a byte, leftmost dot highest.
const LETTERS: [[u8; 7]; 4] = [
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
];

/// Whether a place is on the word TEST, centred at `(cx, cy)` with dots of this size.
fn word((x, y): (f32, f32), (cx, cy): (f32, f32), dot: f32) -> f32 {
    let column = (x - cx) / dot + 11.5;
    let row = (y - cy) / dot + 3.5;
    if !(0.0..23.0).contains(&column) || !(0.0..7.0).contains(&row) {
        return 0.0;
    }
    let (letter, bit) = (column as usize / 6, column as usize % 6);
    let on = bit < 5 && LETTERS.get(letter).is_some_and(|rows| rows[row as usize] & (0b10000 >> bit) != 0);
    f32::from(u8::from(on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_person_and_another_seed_another() {
        assert_eq!(test_portrait(7), test_portrait(7));
        let all: Vec<Picture> = (0..6).map(test_portrait).collect();
        for (i, one) in all.iter().enumerate() {
            for other in &all[i + 1..] {
                let differing = one.rgb().iter().zip(other.rgb()).filter(|(a, b)| a.abs_diff(**b) > 20).count();
                assert!(differing > 40_000, "two people look alike");
            }
        }
    }
}
