"""A room that plays along: phones join by a code, bet and draw tickets. No page of Streamlit's in here, and no torch.

```
phone ──POST──► routes ──► Room (memory) ──► Book (one SQLite file)
  ▲                         │    ▲
  └──── event stream ◄──────┘    └── the projector's board, which holds the presenter's token
```

A phone's page is a light one of its own (`phone/`), without a Streamlit session behind it.
"""
