// Claim, done, skip, reject, release; every one of them can be undone, in the order in which they were made.
const marks = {
  stack: [],
  lease: 3600,
  quickReasons: {
    skip: ['charging', 'drifted away', 'no time now', 'beam damage', 'measured already'],
    reject: ['contamination', 'fold or crack', 'edge of the grid', 'two particles on top of each other', 'not a particle'],
  },

  get canUndo() { return this.stack.length > 0; },
  get operator() { try { return localStorage.getItem('eelscout.operator') ?? ''; } catch { return this.fallbackName ?? ''; } },
  set operator(name) { try { localStorage.setItem('eelscout.operator', name); } catch { this.fallbackName = name; } },

  /** Asks for a name where none is known; nil when nobody gives one. */
  async who(isAsked = false) {
    if (this.operator && !isAsked) return this.operator;
    byId('who-name').value = this.operator;
    const answer = await this.dialog('who-dialog', 'who-form', byId('who-name'));
    const name = byId('who-name').value.trim();
    if (answer && name) { this.operator = name; this.showOperator(); }
    return answer && name ? name : null;
  },

  showOperator() {
    byId('operator').textContent = this.operator ? `Operator: ${this.operator}` : 'Operator: nobody yet';
  },

  async why(mark, target) {
    byId('why-title').textContent = mark === 'skip' ? `Skip ${target.id}: not now` : `Reject ${target.id}: no target at all`;
    byId('why-what').textContent = target.claimed_by && target.status === 'claimed' ? `${target.claimed_by} holds it; your word beats the claim.` : '';
    byId('why-go').textContent = mark === 'skip' ? 'Skip' : 'Reject';
    byId('why-text').value = '';
    byId('why-quick').replaceChildren(...this.quickReasons[mark].map((reason, index) => element('button', {
      type: 'button', onclick: () => { byId('why-text').value = reason; byId('why-form').requestSubmit(); },
    }, element('kbd', {}, `Alt ${index + 1}`), reason)));
    const answer = await this.dialog('why-dialog', 'why-form', byId('why-text'));
    return answer ? byId('why-text').value.trim() : null;
  },

  /** Opens a dialog; true when it was kept, false when it was left. */
  dialog(name, form, field) {
    return new Promise((resolve) => {
      const dialog = byId(name);
      let isKept = false;
      const keep = () => { isKept = true; };
      byId(form).addEventListener('submit', keep, { once: true });
      dialog.addEventListener('close', () => { byId(form).removeEventListener('submit', keep); resolve(isKept); }, { once: true });
      dialog.showModal();
      field.focus();
      field.select();
    });
  },

  /** A mark by the operator on the chosen target. */
  async make(mark) {
    const target = page.chosen;
    if (!target) { page.say('Choose a target first: j, k, or its number.'); return; }
    const by = await this.who();
    if (!by) return;
    let why = null;
    if (mark === 'skip' || mark === 'reject') {
      why = await this.why(mark, target);
      if (why === null) return;
    }
    const before = { ...target };
    const after = await this.send(target.id, { mark, by, why: why || null, lease_seconds: mark === 'claim' ? this.lease : undefined });
    if (!after) return;
    this.stack.push({ mark, before, by });
    if (this.stack.length > 50) this.stack.shift();
    page.say(`${target.id} is ${after.status}. Press u to undo.`);
    page.updated(after);
  },

  async send(id, order) {
    try {
      return await server.mark(id, order);
    } catch (fault) {
      page.say(fault.message, true);
      page.reload();
      return null;
    }
  },

  /** Takes the last mark back: to the status before where that can be had, else to new. */
  async undo() {
    const last = this.stack.pop();
    if (!last) { page.say('There is nothing to undo.'); return; }
    const { before, by, mark } = last;
    const id = before.id;
    const why = `undo of ${mark}`;
    const steps = mark === 'release' ? [] : [{ mark: 'release', by, why }];
    if (before.status === 'claimed' && before.claimed_by === by && mark !== 'claim') steps.push({ mark: 'claim', by, why, lease_seconds: this.lease });
    if (mark === 'release' || mark === 'skip' || mark === 'reject') {
      if (before.status === 'skipped') steps.push({ mark: 'skip', by, why: before.status_why ?? why });
      if (before.status === 'rejected') steps.push({ mark: 'reject', by, why: before.status_why ?? why });
      if (before.status === 'acquired') steps.push({ mark: 'done', by, why });
    }
    let after = null;
    for (const step of steps) {
      after = await this.send(id, step);
      if (!after) return;
    }
    if (after) page.updated(after);
    const isOthers = before.status === 'claimed' && before.claimed_by !== by;
    page.say(`Undone: ${id} is ${after?.status}.` + (isOthers ? ` ${before.claimed_by} has to claim it again.` : ''));
  },

  async copy() {
    const target = page.chosen;
    if (!target) return;
    const text = placeText(target);
    try {
      await navigator.clipboard.writeText(text);
      page.say(`Copied: ${text}`);
    } catch {
      // Browsers give the clipboard to encrypted pages only, and to those of this machine.
      const mark = document.querySelector('#target .copyable');
      if (mark) getSelection().selectAllChildren(mark);
      page.say('Selected: press Ctrl C to copy.');
    }
  },
};
