// The ranked table: best first, units in the headers, one row a target.
const list = {
  rows: new Map(),

  show(targets, scan, handlers) {
    this.handlers = handlers;
    this.rows.clear();
    this.hasSize = scan?.pixel_size_nm !== null;
    byId('head-position').replaceChildren(
      this.hasSize ? 'x, y ' : 'column, row ', element('span', { class: 'unit' }, this.hasSize ? 'nm' : 'px'));
    byId('rows').replaceChildren(...targets.map((target) => this.row(target)));
  },

  add(targets) { byId('rows').append(...targets.map((target) => this.row(target))); },

  update(target) {
    const old = this.rows.get(target.id);
    if (!old) return;
    const hadFocus = old.contains(document.activeElement);
    const made = this.row(target);
    if (old.hasAttribute('aria-current')) made.setAttribute('aria-current', 'true');
    old.replaceWith(made);
    // The row that had the focus keeps it; none takes it.
    if (hadFocus) made.querySelector('button').focus({ preventScroll: true });
  },

  row(target) {
    const place = this.hasSize ? `${fixed(target.x_nm, 1)}, ${fixed(target.y_nm, 1)}` : `${target.column}, ${target.row}`;
    const error = element('td', { class: 'number' }, thousandths(target.predicted_error));
    if (target.predicted_error_low !== null) {
      error.append(element('span', { class: 'interval' }, `${thousandths(target.predicted_error_low)}–${thousandths(target.predicted_error_high)}`));
    }
    const status = element('td', { class: `state ${target.status}` },
      element('span', { class: 'sign', 'aria-hidden': 'true' }, STATUS_SIGNS[target.status] ?? ''), target.status);
    if (target.status !== 'new' && target.status !== 'superseded') status.append(element('span', { class: 'by' }, target.claimed_by ?? target.status_by));
    const rank = element('button', {
      type: 'button', class: `rank ${kindOf(target).shape}`, 'data-kind': target.kind,
      'aria-label': `Target ${target.id}, rank ${target.rank}, ${target.kind}, ${target.status}`,
      onclick: () => this.handlers.chosen(target.id),
    }, element('span', {}, String(target.rank)));
    const row = element('tr', {
      'data-id': target.id, 'data-status': target.status, 'data-fits': target.fits_budget === false ? 'no' : null,
      onclick: (event) => { if (!event.target.closest('button')) this.handlers.chosen(target.id); },
    },
    element('th', { scope: 'row' }, rank), element('td', { class: 'place' }, place), error,
    element('td', { class: 'number wide' }, short(target.dwell_ms)),
    element('td', { class: 'number wide' }, short(target.estimated_seconds)),
    element('td', { class: 'number widest' }, short(target.dose_e_per_nm2)), status,
    element('td', { class: 'why', title: target.reason }, target.reason));
    this.rows.set(target.id, row);
    return row;
  },

  select(id) {
    for (const [name, row] of this.rows) {
      if (name === id) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current');
    }
    this.rows.get(id)?.scrollIntoView({ block: 'nearest' });
  },

  /** Counts, and what the whole list would take where that is known. */
  sum(targets) {
    const free = targets.filter((target) => target.status === 'new' || target.status === 'expired');
    const counts = {};
    for (const target of targets) counts[target.status] = (counts[target.status] ?? 0) + 1;
    const parts = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
    const timed = free.filter((target) => target.estimated_seconds !== null);
    if (timed.length > 0) {
      const seconds = timed.reduce((sum, target) => sum + target.estimated_seconds, 0);
      parts.push(`free ones take ${seconds < 100 ? short(seconds) + ' s' : short(seconds / 60) + ' min'}`);
    }
    const over = free.filter((target) => target.fits_budget === false).length;
    if (over > 0) parts.push(`${over} beyond the budget`);
    byId('list-sum').textContent = parts.join(' · ');
  },
};
