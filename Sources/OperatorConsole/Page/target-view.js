// Everything known about one target: what to do there, why it was chosen, what is expected, what happened to it.
const targetView = {
  detail: null,

  /** Shows a target's own numbers at once; tiles, spectrum and history follow. */
  async open(id, row) {
    this.id = id;
    if (this.detail?.target.id !== id) this.detail = null;
    byId('target').hidden = false;
    if (row) this.draw(row);
    try {
      const detail = await server.ask(`/api/targets/${encodeURIComponent(id)}`);
      if (this.id !== id) return;
      this.detail = detail;
      this.draw(detail.target);
    } catch (fault) {
      if (this.id === id) byId('target').append(element('p', { class: 'banner refused' }, fault.message));
    }
  },

  close() {
    this.id = this.detail = null;
    byId('target').hidden = true;
    byId('target').replaceChildren();
  },

  update(target) {
    if (this.id === target.id) this.open(target.id, null);
  },

  draw(target) {
    const panel = byId('target');
    const [top, focused] = [panel.scrollTop, panel.contains(document.activeElement) ? document.activeElement.dataset.do : null];
    panel.replaceChildren(this.head(target), this.buttons(target), this.facts(target), ...(this.detail ? this.looks(this.detail) : []));
    panel.scrollTop = this.drawn === target.id ? top : 0;
    if (this.drawn === target.id && focused) panel.querySelector(`[data-do="${focused}"]`)?.focus({ preventScroll: true });
    this.drawn = target.id;
  },

  head(target) {
    return element('div', { class: 'target-head' },
      element('span', { class: `rank ${kindOf(target).shape}`, 'aria-hidden': 'true' }, element('span', {}, String(target.rank))),
      element('h2', { id: 'target-title' }, `Target ${target.id}`),
      element('span', { class: 'kind' }, target.kind),
      element('span', { class: `state ${target.status}` }, `${STATUS_SIGNS[target.status]} ${target.status}`),
      element('button', { type: 'button', class: 'close', 'aria-label': 'Close the target', 'aria-keyshortcuts': 'Escape', onclick: () => page.choose(null) }, '✕'));
  },

  buttons(target) {
    const free = target.status === 'new' || target.status === 'expired';
    const button = (name, words, key, isPossible, run) => element('button', {
      type: 'button', 'data-do': name, disabled: !isPossible, 'aria-keyshortcuts': key, onclick: run,
    }, words, element('kbd', {}, key));
    return element('div', { class: 'actions', role: 'group', 'aria-label': `What becomes of ${target.id}` },
      button('claim', 'Accept', 'a', free || target.status === 'claimed', () => marks.make('claim')),
      button('done', 'Done', 'd', free || target.status === 'claimed', () => marks.make('done')),
      button('skip', 'Skip', 's', !['acquired', 'skipped'].includes(target.status), () => marks.make('skip')),
      button('reject', 'Reject', 'r', !['acquired', 'rejected'].includes(target.status), () => marks.make('reject')),
      button('release', 'Release', 'l', !['new', 'superseded'].includes(target.status), () => marks.make('release')),
      button('undo', 'Undo', 'u', marks.canUndo, () => marks.undo()),
      button('copy', 'Copy', 'c', true, () => marks.copy()));
  },

  facts(target) {
    const scan = page.scan;
    const rows = [];
    const fact = (name, ...value) => rows.push(element('dt', {}, name), element('dd', {}, ...value));
    fact('position', element('b', { class: 'copyable' }, placeText(target)), ` · row ${target.row}, column ${target.column}`);
    fact('fraction of the field', `x ${fixed(target.x_fraction, 4)}, y ${fixed(target.y_fraction, 4)}`
      + (scan?.rotation_rad ? ` · scan rotated ${fixed(scan.rotation_rad * 180 / Math.PI, 1)}°` : ''));
    if (target.width_nm !== null) fact('size', `${short(target.width_nm)} × ${short(target.height_nm)} nm`);
    fact('suggested', `dwell ${short(target.dwell_ms)} ms`
      + (target.estimated_seconds === null ? '' : ` · ${short(target.estimated_seconds)} s in all`)
      + (target.dose_e_per_nm2 === null ? '' : ` · dose ${short(target.dose_e_per_nm2)} e⁻/nm²`));
    if (target.visit_order !== null || target.fits_budget !== null) {
      fact('order', [target.visit_order === null ? null : `visit ${target.visit_order} where beam travel is to be spared`,
        target.fits_budget === null ? null : target.fits_budget ? 'fits the budget' : 'beyond the budget'].filter(Boolean).join(' · '));
    }
    fact('predicted error e', target.predicted_error === null ? 'not predicted'
      : `${short(target.predicted_error)} (${short(target.predicted_error_low)} to ${short(target.predicted_error_high)}, 5 % to 95 %, ordinary film)`);
    fact('status', `${target.status} by ${target.status_by}, ${localMoment(target.status_at)}`
      + (target.status_why ? `: ${target.status_why}` : '')
      + (target.status === 'claimed' ? ` · until ${localTime(target.lease_expires_at)}` : ''));
    if (target.spectrum_file) fact('spectrum file', target.spectrum_file);
    return element('div', {}, element('p', { class: 'reason' }, target.reason), element('dl', { class: 'facts-list' }, ...rows));
  },

  looks(detail) {
    const parts = [element('h3', {}, 'What the networks saw'), this.tiles(detail)];
    parts.push(element('h3', {}, 'Predicted spectrum'));
    if (detail.spectrum) {
      parts.push(chart.spectrum(detail.spectrum), element('p', { class: 'facts' }, detail.spectrum.spread
        ? 'Line: mean of the ensemble. Band: ± one standard deviation between its members.' : 'Mean of the ensemble; no spread is kept.'));
    } else parts.push(element('p', { class: 'facts' }, 'No spectrum is kept of this target.'));
    parts.push(element('h3', {}, 'Scores'), this.scores(detail.scores), element('h3', {}, 'Made by'), this.provenance(detail),
      element('h3', {}, 'History'), this.history(detail.events));
    return parts;
  },

  tiles(detail) {
    const figure = (tile, words, more) => {
      if (!tile) return null;
      const canvas = paintTile(tile);
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `${words} ${more}`.trim());
      return element('figure', {}, canvas, element('figcaption', {}, words, element('span', {}, more)));
    };
    const all = [
      figure(detail.tile, 'this tile', `${detail.tile?.rows} × ${detail.tile?.columns}`), figure(detail.round_trip_tile, 'after the round trip', 'image → spectrum → image'),
      ...detail.neighbours.map((neighbour, index) => figure(neighbour.tile, index === 0 ? 'most similar in training' : `similar, ${index + 1}`, `distance ${short(neighbour.distance)}`)),
    ].filter(Boolean);
    return all.length > 0 ? element('div', { class: 'tiles' }, ...all) : element('p', { class: 'facts' }, 'No tiles are kept of this target.');
  },

  scores(scores) {
    const body = scores.map((score) => element('tr', {},
      element('th', { scope: 'row' }, SCORE_WORDS[score.name] ?? score.name, element('span', { class: 'interval' }, score.name)),
      element('td', { class: 'number' }, fixed(score.raw, 2)),
      element('td', { class: 'number' }, fixed(score.standardised, 1)),
      element('td', { class: 'bar' }, this.bar(score.standardised), element('span', {}, level(score.standardised)))));
    return element('table', { class: 'scores' },
      element('caption', {}, 'Deviations are robust standard deviations above ordinary film; raw scores are logarithms.'),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'score'), element('th', { scope: 'col', class: 'number' }, 'raw'),
        element('th', { scope: 'col', class: 'number' }, 'deviations'), element('th', { scope: 'col' }, 'in words'))),
      element('tbody', {}, ...body));
  },

  bar(deviations) {
    const share = Math.max(0, Math.min(1, (deviations ?? 0) / 8));
    return drawing('svg', { viewBox: '0 0 80 12', class: 'score-bar', 'aria-hidden': 'true' },
      drawing('rect', { class: 'rail', x: 0, y: 4, width: 80, height: 4 }), drawing('rect', { class: 'value', x: 0, y: 2, width: (80 * share).toFixed(1), height: 8 }));
  },

  provenance({ scan, target }) {
    const rows = [['rules', `${scan.rules_revision} (${scan.rules.slice(0, 12)})`], ['model', scan.model], ['domain', scan.verdict + (scan.reasons.length ? `: ${scan.reasons.join('; ')}` : '')],
      ['scan', `${scan.id}, ${scan.file}`], ['ranked', localMoment(target.created_at)], ['content', scan.scan_sha256.slice(0, 16)]];
    return element('dl', { class: 'facts-list' }, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  },

  history(events) {
    return element('ol', { class: 'history' }, ...[...events].reverse().map((event) => element('li', {},
      element('time', { datetime: event.at }, localMoment(event.at)), element('b', {}, event.to), ` by ${event.by}`, event.why ? element('q', {}, event.why) : null)));
  },
};
