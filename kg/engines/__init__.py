"""Other engines than the rules: a large language model that reads the claims, GLiNER that finds the names.

An engine is used only if it is asked for by name. The pipeline runs as always: entities, dates, quantities and
quotations are the same, and what an engine says is tied to them. A claim of a language model counts only if the
ontology allows it and its quotation stands in the text; everything else that it says is dropped and counted.

```
endpoint   the service: one question, one answer, within limits
cache      answers on disk
prompt     what the model is told and asked
answer     what it says, checked in form
ground     what it says, tied to the text
llm        all this for one article
abreast    several articles at the same time
account    what it cost, and what was dropped
names      GLiNER as a component of the pipeline
```
"""
