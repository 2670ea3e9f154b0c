// One line of health with its age, and banners for whatever needs a person.
const health = {
  now: null,
  isConnected: false,
  /** Seconds without a heartbeat before the data count as stale; the daemon beats every ten. */
  staleAfter: 35,

  set(report) {
    this.report = report;
    this.heardAt = Date.now();
    this.serverNow = new Date(report.now).getTime();
    this.tick();
    banners.draw();
  },

  connection(isConnected) {
    this.isConnected = isConnected;
    this.lostAt = isConnected ? null : Date.now();
    this.tick();
    banners.draw();
  },

  /** The server's clock, carried on by this browser's. */
  serverTime() { return this.serverNow ? this.serverNow + Date.now() - this.heardAt : Date.now(); },

  get isStale() {
    if (!this.isConnected || !this.report) return true;
    if (['stopped', 'unreadable'].includes(this.report.state)) return true;
    return (this.serverTime() - new Date(this.report.heartbeat_at ?? 0).getTime()) / 1000 > this.staleAfter;
  },

  tick() {
    const now = new Date();
    for (const text of document.querySelectorAll('[data-age]')) text.textContent = age(text.dataset.age, this.serverTime());
    byId('clock').textContent = `${clockTime(now)} ${offset(now)}`;
    document.body.toggleAttribute('data-stale', this.isStale);
    const line = byId('health');
    if (!this.report) {
      byId('health-state').textContent = this.isConnected ? 'connecting' : 'no connection';
      return;
    }
    const state = this.isConnected ? this.report.state : 'no connection';
    line.dataset.state = this.isConnected ? this.report.state : 'lost';
    byId('health-state').textContent = state.toUpperCase();
    byId('health-status').textContent = this.report.status;
    const beat = this.report.heartbeat_at ? `alive ${age(this.report.heartbeat_at, this.serverTime())}` : 'never alive';
    byId('health-age').textContent = this.isConnected ? beat : `last heard ${age(new Date(this.heardAt).toISOString(), Date.now())}`;
    for (const banner of document.querySelectorAll('[data-lost-since]')) {
      banner.textContent = age(new Date(this.lostAt ?? Date.now()).toISOString(), Date.now());
    }
  },
};

const banners = {
  draw() {
    const list = [];
    const banner = (kind, title, ...more) => list.push({ key: `${kind}|${title}|${more.map(String).join('|')}`, make: () => this.banner(kind, title, more) });
    const report = health.report;
    if (!health.isConnected && health.lostAt) {
      list.push({
        key: 'lost', make: () => element('div', { class: 'banner refused' }, element('b', {}, 'Connection lost'),
          element('p', {}, 'What you see is as it was ', element('span', { 'data-lost-since': true }, 'just now'), '. The page tries again by itself; nothing is lost.')),
      });
    } else if (report && report.state !== 'ok') {
      banner(report.state === 'waiting' ? 'marked' : 'refused', report.state, report.status,
        report.action ? `do: ${report.action}` : null, report.see ? `see: ${report.see}` : null);
    }
    if (page.newest > (page.scan?.id ?? 0) && page.scan && !page.isLive) {
      const number = page.newest;
      list.push({
        key: `new${number}`, make: () => element('div', { class: 'banner news' }, element('b', {}, `New scan ${number}`),
          element('p', {}, `You are looking at scan ${page.scan.id}.`), element('button', { type: 'button', 'aria-keyshortcuts': 'n', onclick: () => page.openNewest() }, 'Show it', element('kbd', {}, 'n'))),
      });
    }
    const scan = page.scan;
    if (scan) {
      if (scan.superseded_by) banner('marked', 'Superseded', 'Its file holds another image by now. Nothing here can be claimed.');
      if (scan.verdict === 'refused') banner('refused', 'Refused: not ranked', ...(scan.reasons.length ? scan.reasons : ['no reason is kept']));
      if (scan.verdict === 'marked') banner('marked', 'Marked: outside what the model knows. Do not trust these ranks.', ...scan.reasons);
      if (scan.pixel_size_nm === null) {
        banner('marked', 'No pixel size', 'Positions in pixels only. Set scan.default_pixel_size_nm, or let the microscope write it into the file.');
      }
      if (scan.pruned_at) banner('note', 'Pruned', `The list was let go by the retention rules, ${localMoment(scan.pruned_at)}.`);
      else if (scan.verdict !== 'refused' && scan.targets === 0) banner('note', 'Nothing found', ...(scan.reasons.length ? scan.reasons : ['No place of this scan passed the rules.']));
    }
    // Only what has changed is replaced: a screen reader says nothing twice, and a button that has the focus keeps it.
    const box = byId('banners');
    const old = new Map([...box.children].map((child) => [child.dataset.key, child]));
    const made = list.map(({ key, make }) => {
      const child = old.get(key) ?? make();
      child.dataset.key = key;
      return child;
    });
    if (made.length !== box.children.length || made.some((child, index) => box.children[index] !== child)) box.replaceChildren(...made);
    health.tick();
  },

  banner(kind, title, lines) {
    return element('div', { class: `banner ${kind}` }, element('b', {}, title), ...lines.filter(Boolean).map((line) => element('p', {}, line)));
  },
};
