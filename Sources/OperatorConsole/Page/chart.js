// The predicted spectrum over energy, with the members' spread, as a drawing with axes and labels.
const chart = {
  width: 640,
  height: 250,
  inset: { left: 58, right: 12, top: 14, bottom: 44 },

  ticks(low, high, count) {
    const raw = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((value) => value >= raw) ?? raw;
    const ticks = [];
    for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) ticks.push(Number(value.toPrecision(12)));
    return ticks;
  },

  spectrum({ energy_ev: energies, values, spread, units }) {
    const count = Math.min(energies.length, values.length);
    if (count < 2) return element('p', { class: 'facts' }, 'No spectrum is kept of this target.');
    const lower = values.map((value, index) => value - (spread?.[index] ?? 0));
    const upper = values.map((value, index) => value + (spread?.[index] ?? 0));
    const [least, most] = [Math.min(0, ...lower), Math.max(...upper)];
    const { left, right, top, bottom } = this.inset;
    const x = (energy) => left + ((energy - energies[0]) / (energies[count - 1] - energies[0])) * (this.width - left - right);
    const y = (value) => this.height - bottom - ((value - least) / (most - least || 1)) * (this.height - top - bottom);
    const points = (list) => list.slice(0, count).map((value, index) => `${x(energies[index]).toFixed(1)},${y(value).toFixed(1)}`);
    const peak = values.indexOf(Math.max(...values));
    const words = `Predicted spectrum from ${short(energies[0])} to ${short(energies[count - 1])} eV, highest at ${short(energies[peak])} eV`;
    const picture = drawing('svg', { viewBox: `0 0 ${this.width} ${this.height}`, class: 'chart', role: 'img', 'aria-label': words });
    for (const energy of this.ticks(energies[0], energies[count - 1], 6)) {
      picture.append(drawing('line', { class: 'grid', x1: x(energy), x2: x(energy), y1: top, y2: this.height - bottom }),
        drawing('text', { x: x(energy), y: this.height - bottom + 18, 'text-anchor': 'middle' }, short(energy)));
    }
    for (const value of this.ticks(least, most, 4)) {
      picture.append(drawing('line', { class: 'grid', x1: left, x2: this.width - right, y1: y(value), y2: y(value) }),
        drawing('text', { x: left - 7, y: y(value) + 5, 'text-anchor': 'end' }, short(value)));
    }
    if (spread) picture.append(drawing('polygon', { class: 'spread', points: [...points(upper), ...points(lower).reverse()].join(' ') }));
    picture.append(drawing('polyline', { class: 'curve', points: points(values).join(' ') }),
      drawing('text', { class: 'axis', x: (left + this.width - right) / 2, y: this.height - 5, 'text-anchor': 'middle' }, 'energy loss (eV)'),
      drawing('text', { class: 'axis', x: 0, y: 0, 'text-anchor': 'middle', transform: `translate(13 ${(this.height - bottom + top) / 2}) rotate(-90)` }, units || 'intensity'));
    return picture;
  },
};
