// All scans, newest first, with thumbnails; grouped by day and folder; a page at a time.
const strip = {
  pageSize: 40,
  scans: [],
  isComplete: false,

  /** The newest page anew; what was loaded of older ones stays. */
  async refresh() {
    const { scans } = await server.ask(`/api/scans?limit=${this.pageSize}`);
    const oldest = scans.at(-1)?.id ?? 0;
    const rest = this.scans.filter((scan) => scan.id < oldest);
    // After a long sleep there may be a gap between the two: then only the new page counts.
    const isGap = rest.length > 0 && scans.length === this.pageSize && oldest - rest[0].id > this.pageSize;
    this.isComplete = isGap ? false : this.isComplete || scans.length < this.pageSize;
    this.scans = isGap ? scans : [...scans, ...rest];
    this.draw();
  },

  async older() {
    if (this.isComplete || this.isLoading || this.scans.length === 0) return;
    this.isLoading = true;
    try {
      const { scans } = await server.ask(`/api/scans?limit=${this.pageSize}&before=${this.scans.at(-1).id}`);
      this.isComplete = scans.length < this.pageSize;
      this.scans = [...this.scans, ...scans];
      this.draw();
    } finally {
      this.isLoading = false;
    }
  },

  /** The scan that many steps older (or newer, below 0) than this one; nil at the end. */
  async neighbour(id, steps) {
    const at = this.scans.findIndex((scan) => scan.id === id);
    if (at < 0) return this.scans[0] ?? null;
    if (at + steps >= this.scans.length) await this.older();
    return this.scans[at + steps] ?? null;
  },

  draw() {
    let group = null;
    const items = [];
    for (const scan of this.scans) {
      const name = `${dayOf(new Date(scan.created_at))} · ${folderName(scan.file)}`;
      if (name !== group) { items.push(element('li', { class: 'group' }, element('span', {}, name))); group = name; }
      items.push(element('li', {}, this.item(scan)));
    }
    if (!this.isComplete && this.scans.length > 0) {
      items.push(element('li', {}, element('button', { type: 'button', class: 'older', onclick: () => this.older() }, 'older')));
    }
    const hadFocus = byId('scans').contains(document.activeElement) ? document.activeElement.dataset.scan : null;
    byId('scans').replaceChildren(...items);
    this.select(this.selected);
    if (hadFocus) byId('scans').querySelector(`[data-scan="${hadFocus}"]`)?.focus({ preventScroll: true });
  },

  item(scan) {
    const isRanked = scan.verdict !== 'refused';
    const words = isRanked ? `${scan.targets} targets` : 'refused';
    return element('button', {
      type: 'button', 'data-scan': scan.id, class: `thumb ${scan.verdict}${scan.superseded_by ? ' superseded' : ''}`,
      title: scan.file,
      'aria-label': `Scan ${scan.id}, ${baseName(scan.file)}, ${localTime(scan.created_at)}, ${words}${scan.verdict === 'marked' ? ', marked' : ''}`,
      onclick: () => this.chosen(scan.id),
    },
    element('img', {
      src: `/api/scans/${scan.id}/thumbnail.png?of=${scan.scan_sha256.slice(0, 16)}`, alt: '', width: 72, height: 72, loading: 'lazy',
      onerror: (event) => event.target.replaceWith(element('span', { class: 'no-thumb', 'aria-hidden': 'true' }, '–')),
    }),
    element('span', { class: 'caption' }, element('b', {}, String(scan.id)), ` ${clockTime(new Date(scan.created_at)).slice(0, 5)}`),
    element('span', { class: 'caption' }, words));
  },

  select(id) {
    this.selected = id;
    for (const button of byId('scans').querySelectorAll('[data-scan]')) {
      const isIt = button.dataset.scan === String(id);
      if (isIt) button.setAttribute('aria-current', 'true'); else button.removeAttribute('aria-current');
      if (isIt) {
        const [frame, item] = [byId('scans'), button.parentElement];
        if (item.offsetLeft < frame.scrollLeft || item.offsetLeft + item.offsetWidth > frame.scrollLeft + frame.clientWidth) {
          frame.scrollLeft = item.offsetLeft - 40;
        }
      }
    }
  },
};
