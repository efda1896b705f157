"""GraphiQL's controls, as JavaScript that finds them."""

READY = "document.querySelectorAll('.CodeMirror').length === 4"  # query, variables, headers and answer
QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue()"
RUN = "document.querySelector('.graphiql-execute-button').click()"
ANSWER = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
TAB_BUTTONS = "[...document.querySelectorAll('.graphiql-tab-button:not(.graphiql-tab-add)')]"
TABS = f"{TAB_BUTTONS}.map(tab => tab.textContent)"


def choose(identifier: str, label: str) -> str:
    """Picks an option by its label, as React hears it."""
    return f"""(() => {{
        const select = document.getElementById('{identifier}');
        const option = [...select.options].find(option => option.textContent === '{label}');
        Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(select, option.value);
        select.dispatchEvent(new Event('change', {{ bubbles: true }}));
    }})()"""
