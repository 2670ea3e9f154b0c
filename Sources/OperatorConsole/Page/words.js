// Numbers, times and words as operators read them; elements made of text, never of markup.
const MINUS = '\u2212';
const byId = (id) => document.getElementById(id);

/** An element with attributes, listeners (onclick…) and children; a string child is text, whatever it holds. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An SVG element. */
function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

const signed = (text) => text.replace('-', MINUS);
const fixed = (value, digits) => (value === null || value === undefined ? '–' : signed(value.toFixed(digits)));

/** Three significant digits, without an exponent where people can do without. */
function short(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-4)) {
    const [digits, power] = value.toExponential(1).split('e');
    const raised = String(Number(power)).replace(/./g, (c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'['0123456789'.indexOf(c)] ?? '⁻');
    return `${signed(digits)}·10${raised}`;
  }
  if (size >= 1000) return signed(Math.round(value).toString());
  return signed(String(Number(value.toPrecision(3))));
}

/** A predicted error in thousandths: two significant digits. */
function thousandths(error) {
  if (error === null || error === undefined) return '–';
  const value = error * 1000;
  return value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
}

const two = (number) => String(number).padStart(2, '0');

/** +01:00 of this browser at that moment. */
function offset(date) {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? MINUS : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const clockTime = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
const localTime = (text) => (text ? `${clockTime(new Date(text))} ${offset(new Date(text))}` : '–');
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const dayOf = (date) => `${WEEKDAYS[date.getDay()]} ${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const localMoment = (text) => (text ? `${dayOf(new Date(text))} ${localTime(text)}` : '–');

/** How long ago, by the server's clock. */
function age(text, now) {
  if (!text) return 'never';
  const seconds = Math.max(0, (now - new Date(text).getTime()) / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

const baseName = (path) => path.slice(path.lastIndexOf('/') + 1) || path;
const folderName = (path) => baseName(path.slice(0, Math.max(0, path.lastIndexOf('/')))) || '/';

/** Where a target lies, as it is copied. */
function placeText(target) {
  if (target.x_nm === null) return `row ${target.row}, column ${target.column}`;
  return `${target.x_nm.toFixed(1)} nm, ${target.y_nm.toFixed(1)} nm`;
}

const STATUS_SIGNS = { new: '', claimed: '▶', acquired: '✓', skipped: '»', rejected: '✕', expired: '…', superseded: '↷' };

const OVERLAYS = [
  { name: 'none', words: 'image', unit: '' },
  { name: 'combined', words: 'combined', unit: 'combined score, robust deviations' },
  { name: 'round_trip', words: 'round trip', unit: 'round trip, log of the squared difference' },
  { name: 'novelty', words: 'novelty', unit: 'novelty, log of the latent distance' },
  { name: 'ensemble', words: 'ensemble', unit: 'ensemble, log of the variance' },
  { name: 'predicted_error', words: 'predicted error', unit: 'predicted error e' },
];

const SCORE_WORDS = {
  ensemble: 'the networks disagree', round_trip: 'image → spectrum → image fails', tile_knn: 'unlike the training tiles',
  novelty: 'latent far from training', mahalanobis: 'latent outside the training cloud', predicted_error: 'predicted error',
  combined: 'combined',
};

/** A standardised score in words. */
function level(deviations) {
  if (deviations === null) return '';
  if (deviations < 1) return 'ordinary';
  if (deviations < 2) return 'a little high';
  return deviations < 4 ? 'clearly high' : 'very high';
}
