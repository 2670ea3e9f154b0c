// The page as a whole: which scan and target are looked at, and what to do with news.
const page = {
  scan: null,
  targets: [],
  pictures: [],
  newest: 0,
  selected: null,
  overlay: 'none',
  /** Follows the newest scan until the operator turns to something: then it stays and says what is new. */
  isLive: true,

  get chosen() { return this.targets.find((target) => target.id === this.selected) ?? null; },

  start() {
    this.view = new ScanView(byId('picture'), {
      chosen: (id) => this.choose(id), moved: () => this.hold(), readout: (found) => this.readout(found),
    });
    paintValueBar(byId('value-colours'));
    strip.chosen = (id) => { this.isLive = id === this.newest; this.openScan(id); };
    this.drawOverlays();
    marks.showOperator();
    keys.listen();
    byId('zoom-in').onclick = () => this.view.zoomBy(1.4);
    byId('zoom-out').onclick = () => this.view.zoomBy(1 / 1.4);
    byId('zoom-fit').onclick = () => this.view.fit();
    byId('opacity').oninput = (event) => this.view.setStrength(event.target.value / 100);
    byId('operator').onclick = () => marks.who(true);
    byId('open-help').onclick = () => byId('help-dialog').showModal();
    byId('more-targets').onclick = () => this.moreTargets();
    for (const button of document.querySelectorAll('[data-close]')) button.onclick = () => button.closest('dialog').close();
    setInterval(() => health.tick(), 1000);
    health.tick();
    this.feed = new EventFeed({
      health: (report) => { health.set(report); this.titled(); },
      change: (change) => this.change(change).catch((fault) => this.say(fault.message, true)),
      connection: (isConnected) => health.connection(isConnected),
    });
  },

  // News.

  async change({ newest_scan: newest, targets, everything }) {
    const isNew = newest !== this.newest;
    this.newest = newest;
    if (isNew || everything) await strip.refresh();
    if (newest === 0) { this.empty(); return; }
    if (this.scan === null || (everything && this.scan.id > newest)) { await this.openScan(newest); return; }
    if (isNew && this.isLive && newest !== this.scan.id) {
      await this.openScan(newest);
      this.say(`Scan ${newest} has arrived.`);
      return;
    }
    // News without names: a list was made anew.
    if (everything || isNew || targets.length === 0) await this.reload();
    else await this.refreshTargets(targets);
    banners.draw();
    this.titled();
  },

  /** Those of the shown scan that somebody has changed. */
  async refreshTargets(ids) {
    const mine = ids.filter((id) => this.targets.some((target) => target.id === id));
    if (mine.length === 0) return;
    const { targets } = await server.ask(`/api/targets?ids=${mine.map(encodeURIComponent).join(',')}`);
    for (const target of targets) this.updated(target);
  },

  // Scans.

  async openScan(id) {
    this.wanted = id;
    const answer = await server.ask(`/api/scans/${id}`);
    if (this.wanted !== id) return;
    this.scan = answer.scan;
    this.targets = answer.targets;
    this.pictures = answer.pictures;
    this.selected = null;
    targetView.close();
    this.view.open(this.scan);
    this.drawAll();
    document.querySelector('.table-frame').scrollTop = 0;
    await this.loadPictures();
  },

  /** The same scan anew, with the target that is open. */
  async reload() {
    if (!this.scan) return;
    const id = this.scan.id;
    const answer = await server.ask(`/api/scans/${id}`);
    if (this.scan?.id !== id) return;
    const pictures = this.pictures;
    const isOther = this.scan.scan_sha256 !== answer.scan.scan_sha256;
    this.scan = answer.scan;
    this.pictures = answer.pictures;
    this.targets = answer.targets;
    if (isOther) this.view.open(this.scan);
    this.drawAll();
    if (this.selected && this.chosen) { list.select(this.selected); targetView.update(this.chosen); }
    if (isOther || pictures.join() !== this.pictures.join()) await this.loadPictures();
  },

  openNewest() {
    this.isLive = true;
    if (this.newest > 0 && this.newest !== this.scan?.id) this.openScan(this.newest);
    else { this.view.fit(); banners.draw(); }
  },

  async stepScan(steps) {
    // From the scan that is on its way, where a key is pressed faster than it arrives.
    const scan = await strip.neighbour(this.wanted ?? this.scan?.id, steps);
    if (!scan) { this.say(steps > 0 ? 'There is no older scan.' : 'This is the newest scan.'); return; }
    this.isLive = scan.id === this.newest;
    this.wanted = scan.id;
    await this.openScan(scan.id);
  },

  hold() {
    if (this.isLive && this.scan) { this.isLive = false; banners.draw(); }
  },

  empty() {
    byId('scan-title').textContent = 'No scan yet';
    byId('scan-facts').textContent = 'The page shows the first one as soon as it is ranked.';
    this.listEmpty();
  },

  drawAll() {
    const scan = this.scan;
    byId('scan-title').replaceChildren(`Scan ${scan.id} `, element('span', { class: 'file', title: scan.file }, baseName(scan.file)));
    byId('scan-facts').replaceChildren(this.facts(scan).join(' · ') + ', ', element('span', { 'data-age': scan.created_at }, age(scan.created_at, health.serverTime())));
    list.show(this.targets, scan, { chosen: (id) => this.chooseRow(id) });
    list.sum(this.targets);
    this.listEmpty();
    byId('more-targets').hidden = this.targets.length >= scan.targets;
    this.view.setTargets(this.targets);
    this.view.select(this.selected);
    strip.select(scan.id);
    this.drawOverlays();
    this.describe();
    banners.draw();
    this.titled();
  },

  facts(scan) {
    const facts = [`${scan.columns} × ${scan.rows} px`];
    if (scan.pixel_size_nm !== null) facts.push(`${short(scan.pixel_size_nm)} nm/px`, `${short(scan.columns * scan.pixel_size_nm)} × ${short(scan.rows * scan.pixel_size_nm)} nm`);
    else facts.push('no pixel size');
    if (scan.rotation_rad) facts.push(`rotated ${fixed(scan.rotation_rad * 180 / Math.PI, 1)}°`);
    if (scan.dwell_us !== null) facts.push(`dwell ${short(scan.dwell_us)} µs`);
    if (scan.latency_ms !== null && scan.verdict !== 'refused') facts.push(`list after ${scan.latency_ms < 1000 ? `${Math.round(scan.latency_ms)} ms` : `${short(scan.latency_ms / 1000)} s`}`);
    facts.push(`arrived ${localTime(scan.created_at)}`);
    return facts;
  },

  describe() {
    const { scan, targets } = this;
    const kinds = Object.keys(KINDS).map((kind) => [kind, targets.filter((target) => target.kind === kind).length]).filter(([, count]) => count > 0);
    byId('picture').setAttribute('aria-label',
      `HAADF scan ${scan.id}, ${scan.columns} by ${scan.rows} pixels, ${scan.verdict}. ` + (kinds.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'no targets'));
  },

  listEmpty() {
    const note = byId('list-empty');
    note.hidden = this.targets.length > 0;
    byId('targets').hidden = this.targets.length === 0;
    if (this.scan?.verdict === 'refused') note.textContent = 'Refused scans are not ranked: ranks would pretend.';
    else note.textContent = this.scan ? 'Nothing was found in this scan.' : 'Nothing yet.';
    if (this.targets.length === 0) byId('list-sum').textContent = '';
  },

  async moreTargets() {
    const last = this.targets.at(-1)?.rank ?? 0;
    const { targets } = await server.ask(`/api/scans/${this.scan.id}/targets?after=${last}&limit=200`);
    this.targets = [...this.targets, ...targets];
    list.add(targets);
    list.sum(this.targets);
    this.view.setTargets(this.targets);
    byId('more-targets').hidden = targets.length === 0 || this.targets.length >= this.scan.targets;
  },

  titled() {
    const word = health.report && health.report.state !== 'ok' ? `${health.report.state}: ` : '';
    const news = this.scan && !this.isLive && this.newest > this.scan.id ? `(${this.newest - this.scan.id}) ` : '';
    document.title = `${news}${word}EELScout` + (this.scan ? `, scan ${this.scan.id}` : '');
  },

  // Pictures.

  async loadPictures() {
    const scan = this.scan;
    byId('picture-note').hidden = true;
    try {
      if (!this.pictures.includes('scan')) throw new ServerFault(404, 'no picture of this scan is kept');
      const picture = await server.picture(scan, 'scan');
      if (this.scan.id !== scan.id) return;
      this.view.setImage(picture);
    } catch (fault) {
      byId('picture-note').textContent = fault.message;
      byId('picture-note').hidden = false;
    }
    await this.showOverlay(this.pictures.includes(this.overlay) ? this.overlay : 'none', true);
  },

  drawOverlays() {
    byId('overlays').replaceChildren(...OVERLAYS.map(({ name, words }, index) => {
      const isThere = name === 'none' || this.pictures.includes(name);
      const isOn = name === this.overlay;
      return element('button', {
        type: 'button', role: 'radio', 'aria-checked': String(isOn), disabled: !isThere, tabindex: isOn ? 0 : -1, 'data-overlay': name,
        onclick: () => this.showOverlay(name),
        onkeydown: (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          this.stepOverlay(step, true);
        },
      }, words);
    }));
  },

  async showOverlay(name, isQuiet = false, takesFocus = false) {
    if (name !== 'none' && !this.pictures.includes(name)) return;
    this.overlay = name;
    const hadFocus = takesFocus || byId('overlays').contains(document.activeElement);
    this.drawOverlays();
    if (hadFocus) byId('overlays').querySelector('[aria-checked="true"]').focus();
    const scan = this.scan;
    if (name === 'none' || !scan) {
      this.view.setOverlay(null);
      byId('value-bar').hidden = true;
      if (!isQuiet) this.say('Image alone.');
      return;
    }
    const picture = await server.picture(scan, name);
    if (this.scan?.id !== scan.id || this.overlay !== name) return;
    this.view.setOverlay(picture);
    byId('value-low').textContent = short(picture.low);
    byId('value-high').textContent = short(picture.high);
    byId('value-name').textContent = OVERLAYS.find((overlay) => overlay.name === name).unit;
    byId('value-bar').hidden = false;
    if (!isQuiet) this.say(`Overlay: ${OVERLAYS.find((overlay) => overlay.name === name).words}.`);
  },

  stepOverlay(step, takesFocus = false) {
    const there = OVERLAYS.filter(({ name }) => name === 'none' || this.pictures.includes(name));
    const at = there.findIndex(({ name }) => name === this.overlay);
    this.showOverlay(there[(at + step + there.length) % there.length].name, false, takesFocus).catch((fault) => this.say(fault.message, true));
  },

  readout(found) {
    const output = byId('readout');
    if (!found) { output.textContent = ''; return; }
    const size = this.scan.pixel_size_nm;
    const parts = [size ? `x ${fixed(found.column * size, 1)} nm, y ${fixed(found.row * size, 1)} nm` : null, `row ${found.row}, column ${found.column}`];
    if (found.image !== null) parts.push(`detector ${short(found.image)}`);
    if (found.overlay !== null) parts.push(`${OVERLAYS.find(({ name }) => name === this.overlay).words} ${short(found.overlay)}`);
    output.textContent = parts.filter(Boolean).join(' · ');
  },

  // Targets.

  choose(id) {
    this.selected = id;
    this.view.select(id);
    if (id === null) { targetView.close(); list.select(null); return; }
    this.hold();
    this.view.reveal(this.chosen);
    targetView.open(id, this.chosen);
    // After the target has taken its room from the list.
    list.select(id);
  },

  /** In one column the target opens above the list: there it is brought into sight. */
  chooseRow(id) {
    this.choose(id);
    if (matchMedia('(max-width: 860px)').matches) byId('target').scrollIntoView();
  },

  chooseRank(rank) {
    const target = this.targets.find((one) => one.rank === rank);
    if (target) this.choose(target.id);
  },

  step(steps) {
    if (this.targets.length === 0) return;
    const at = this.targets.findIndex((target) => target.id === this.selected);
    const next = at < 0 ? (steps > 0 ? 0 : this.targets.length - 1) : Math.max(0, Math.min(this.targets.length - 1, at + steps));
    this.choose(this.targets[next].id);
  },

  /** A target as it is by now. */
  updated(target) {
    const at = this.targets.findIndex((one) => one.id === target.id);
    if (at < 0) return;
    this.targets[at] = target;
    list.update(target);
    list.sum(this.targets);
    this.view.setTargets(this.targets);
    targetView.update(target);
  },

  say(text, isFault = false) {
    const line = byId('said');
    line.textContent = text;
    line.classList.toggle('fault', isFault);
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { line.textContent = ''; line.classList.remove('fault'); }, isFault ? 12000 : 6000);
  },
};

page.start();
